import type { Fleet, Pause, TenantName } from '../../crds/fleet.ts';
import type { Subject } from '../contract/subject.ts';
import { tenantOfContainer } from './names.ts';

/** A document with a pause, in force or over. `subject`: what findings about the pause itself are about. */
export interface PausedDocument {
  readonly kind: 'Cluster' | 'Tenant' | 'ProxyPair';
  readonly name: string;
  readonly subject: Subject;
  readonly pause: Pause;
  /** Of a ProxyPair: its hosts. */
  readonly hosts: readonly string[];
}

/** The documents of a Cluster that have a pause: the Cluster first. */
export function pausedDocuments({ cluster, tenants, proxyPairs }: Fleet): readonly PausedDocument[] {
  const all: readonly (Omit<PausedDocument, 'pause'> & { readonly pause: Pause | undefined })[] = [
    {
      kind: 'Cluster',
      name: cluster.name,
      subject: `instance/${cluster.name}@pause`,
      pause: cluster.paused,
      hosts: [],
    },
    ...proxyPairs.map(({ name, paused, hosts }) => {
      return { kind: 'ProxyPair', subject: `vip/${name}`, name, pause: paused, hosts } as const;
    }),
    ...tenants.map(({ name, paused }) => {
      return { kind: 'Tenant', subject: `redis/${name}`, name, pause: paused, hosts: [] } as const;
    }),
  ];
  return all.flatMap((one) => (one.pause ? [{ ...one, pause: one.pause }] : []));
}

/** Those whose pause is in force at `now`, milliseconds since 1970: the one that lasts longest first. */
export function pausesInForce(fleet: Fleet, now: number): readonly PausedDocument[] {
  const inForce = pausedDocuments(fleet).filter(({ pause }) => now < pause.until);
  return [...inForce].sort((a, b) => b.pause.until - a.pause.until);
}

/** What is in force for a tenant: its own pause, or that of its Cluster. */
export function pauseOfTenant(fleet: Fleet, tenant: TenantName, now: number): PausedDocument | undefined {
  return pausesInForce(fleet, now).find(
    ({ kind, name }) => kind === 'Cluster' || (kind === 'Tenant' && name === tenant),
  );
}

/**
 * Whether a subject belongs to a document. To a Cluster, all do. To a Tenant, its containers, Redis and Sentinels, and what clients meet. To a
 * ProxyPair, its virtual IP, and HAProxy on its hosts. Ports and addresses of a tenant on the proxies belong to the hosts alone: the proxies
 * serve other tenants too, and are changed one after the other.
 */
export function belongsTo({ kind, name, hosts }: PausedDocument, subject: Subject): boolean {
  if (kind === 'Cluster') return true;
  const [component = '', rest = ''] = subject.split('/');
  const [thing = '', part] = rest.split('@');
  const [host = '', tenant] = thing.split(':');
  if (kind === 'ProxyPair') {
    if (component === 'vip') return thing === name;
    return (component === 'haproxy' || component === 'maintenance') && hosts.includes(host);
  }
  if (component === 'haproxy') return tenant === name;
  if (component === 'container' && part !== undefined && hostParts.includes(part)) return false;
  return ofTenant.includes(component) && (thing === name || tenantOfContainer(thing) === name);
}

const ofTenant = ['container', 'redis', 'sentinel', 'service'];
/** Of a host that is named like a container. */
const hostParts = ['template', 'autostart', 'network'];

/** `paused until 2026-12-01 04:00 UTC (moving racks)`. */
export function pauseText({ until, reason }: Pause): string {
  return `paused until ${momentText(until)} (${reason})`;
}

/** Why a command is refused, and what to do. */
export function refusalText({ kind, name, pause }: PausedDocument): string {
  return `${kind} ${name} is ${pauseText(pause)}. Wait until then, or take spec.paused out of its document`;
}

/** `2026-12-01 04:00 UTC`, with seconds where there are any. */
export function momentText(milliseconds: number): string {
  const [date, time = ''] = new Date(milliseconds).toISOString().split('T');
  return `${date} ${time.slice(0, 8).replace(/:00$/, '')} UTC`;
}
