import type { Tenant, TenantName } from '../../crds/fleet.ts';
import { haproxyPlaces } from '../../renderers/lib/proxy-paths.ts';
import { dependsOn, type Waiting } from '../contract/remedy.ts';
import type { Haproxy, HaproxyProcess } from '../facts/haproxy/haproxy.ts';
import type { Link } from '../facts/host/links.ts';
import type { Keepalived } from '../facts/keepalived/keepalived.ts';
import type { Observation } from '../facts/observation.ts';
import { proxyPort } from '../shared/names.ts';
import { isChangedLast } from '../shared/pair-order.ts';
import { addressState } from '../shared/proxy-address.ts';
import type { DesiredCfg, DesiredProxy } from './desired.ts';
import { notWithoutPeer, oneAfterTheOther, peerAdmitsNobody } from './messages.ts';
import { hasRead } from './withheld-config.ts';

/** What was observed of both proxies of a pair: the own host and the other one. */
export interface PairObservations {
  readonly own: Observation<Keepalived>;
  readonly links: Observation<readonly Link[]>;
  readonly peer: {
    readonly haproxy: Observation<Haproxy>;
    readonly keepalived: Observation<Keepalived>;
    readonly links: Observation<readonly Link[]>;
  };
}

/**
 * Why the running HAProxy of this host is not reloaded now; undefined if it is its turn. A reload costs CPU time, which the other tenants
 * feel, and what both proxies must have alike is changed on both or on none. So both must be observed, and the proxy with the virtual IP
 * comes last, once the other one runs the new configuration and admits what this one admits. `changed`: whether the other one runs it.
 */
export function turnToReload(
  desired: DesiredProxy,
  process: HaproxyProcess | undefined,
  pair: PairObservations,
  changed: (peer: Haproxy) => boolean,
): Waiting | undefined {
  const { own, peer } = pair;
  const { host, down } = desired.peer;
  // A proxy that does not answer serves nobody, and one whose peer is stopped is alone.
  if (down || !process) return undefined;
  if (peer.haproxy.state !== 'present') return dependsOn(`haproxy/${host}`, notWithoutPeer(host));
  if (peer.keepalived.state !== 'present') return dependsOn(`vip/${desired.pair}@${host}`, notWithoutPeer(host));
  if (own.state !== 'present') return dependsOn(`vip/${desired.pair}@${desired.host}`, notWithoutPeer(desired.host));
  if (!isChangedLast(own.value, peer.keepalived.value, desired.firstOfPair)) return undefined;
  const other = peer.haproxy.value;
  if (!changed(other)) return dependsOn(`haproxy/${host}`, oneAfterTheOther(host));
  const awaited = awaitedByPeer(desired, pair);
  const missing = desired.tenants.find(
    (one) => admits(process, one) && !admits(other.process, one) && !awaited.includes(one),
  );
  return missing === undefined ? undefined : dependsOn(`haproxy/${host}:${missing}`, peerAdmitsNobody(host, missing));
}

/**
 * Tenants for which the other proxy waits: it is to have an address that this one leaves only once it has a new one. For these it cannot
 * be ready first.
 */
export function awaitedByPeer(
  { host, peer, declared }: DesiredProxy,
  { links, peer: other }: PairObservations,
): readonly TenantName[] {
  const given = (tenant: Tenant) => {
    const awaited = tenant.expose?.proxyAddresses.find((one) => one.host === peer.host)?.address;
    const here = links.state === 'present' ? addressesHere(tenant, links.value) : [];
    return awaited !== undefined && here.includes(awaited) && addressState(host, tenant, links) === 'declared';
  };
  const lacks = (tenant: Tenant) => ['former', 'none'].includes(addressState(peer.host, tenant, other.links) ?? '');
  return declared.filter((tenant) => lacks(tenant) && given(tenant)).map(({ name }) => name);
}

function addressesHere(tenant: Tenant, links: readonly Link[]): readonly string[] {
  const addresses = links.find(({ name }) => name === proxyPort(tenant))?.addresses ?? [];
  return addresses.map((address) => address.split('/')[0] ?? '');
}

/** Whether the running HAProxy has loaded all these files. */
export function runsAll({ process }: Haproxy, files: readonly DesiredCfg[]): boolean {
  return process !== undefined && files.every(({ file }) => hasRead(process, file));
}

/** Whether it neither has this file nor serves it. */
export function isRid({ files, process }: Haproxy, path: string): boolean {
  return (
    !files.some((file) => file.path === path) && !process?.loaded?.has(path.slice(haproxyPlaces.folder.length + 1))
  );
}

function admits(process: HaproxyProcess | undefined, tenant: TenantName): boolean {
  return process?.tenants.some((one) => one.tenant === tenant && one.servers.some(({ up }) => up)) ?? false;
}
