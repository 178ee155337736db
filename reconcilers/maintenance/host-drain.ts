import type { Fleet, Host, ProxyPair, TenantName } from '../../crds/fleet.ts';
import { type Finding, findingsAbout } from '../contract/finding.ts';
import { bind, type Desired, type Observed } from '../contract/reconciler.ts';
import { act, info, notObserved } from '../contract/remedy.ts';
import type { Subject } from '../contract/subject.ts';
import type { Drained } from '../facts/host/drained.ts';
import type { Observation } from '../facts/observation.ts';
import { isDrained } from '../shared/drained-hosts.ts';
import { momentText } from '../shared/paused-documents.ts';
import { moveVip } from './move-vip.ts';

/** A host that may be drained. */
interface DesiredHost extends Desired {
  readonly host: Host;
  /** For a proxy: its pair, and the tenants that it exposes. */
  readonly pair: ProxyPair | undefined;
  readonly exposed: readonly TenantName[];
}

const facts = ({ host, pair }: DesiredHost) => ({
  drained: { fact: 'drained', host: host.name } as const,
  keepalived: (pair?.hosts ?? []).map((one) => ({ fact: 'keepalived', host: one, pair: pair?.name ?? '' }) as const),
});

/**
 * Hosts that a command drained, so that somebody can work on them: masters are handed over (redis), and the virtual IP is. Nothing else is
 * changed, and members go on as replicas. The mark is on the host, and the drain ends by itself.
 */
export const hostDrains = bind<DesiredHost, ReturnType<typeof facts>>({
  component: 'maintenance',
  desire: ({ cluster, proxyPairs, tenants }: Fleet) =>
    cluster.hosts.map((host) => {
      const pair = proxyPairs.find(({ hosts }) => hosts.includes(host.name));
      const others = pair?.hosts.filter((one) => one !== host.name) ?? [];
      return {
        subject: drainSubject(host.name),
        dependsOn: pair
          ? [`vip/${pair.name}` as const, ...others.map((one): Subject => `vip/${pair.name}@${one}`)]
          : [],
        host,
        pair,
        exposed: tenants.flatMap(({ name, expose }) => (pair && expose?.proxyPair === pair.name ? [name] : [])),
      };
    }),
  facts,
  diff: (desired, observed) => [...markFindings(desired, observed.drained), ...vipFindings(desired, observed)],
});

/** What is wrong with the drain of a host. */
export function drainSubject(host: string): Subject {
  return `maintenance/${host}@drain`;
}

function markFindings({ subject, host }: DesiredHost, seen: Observation<Drained>): readonly Finding[] {
  const { name, requested } = host;
  const finding = findingsAbout(subject);
  const have = textOf(seen);
  if (seen.state === 'unknown' && requested !== undefined)
    return [
      finding('NotObserved', 'drain', { have, want: requested === 'uncordon' ? 'none' : 'drained' }, notObserved(seen)),
    ];
  if (requested === 'uncordon') {
    if (seen.state !== 'present') return [];
    const remedy = act([{ operation: 'host-drain', host: name, until: undefined, reason: '' }]);
    return [finding('DrainRequested', 'drain', { have, want: 'none' }, remedy)];
  }
  if (requested !== undefined) {
    const { until, reason } = requested.drain;
    if (seen.state === 'present' && seen.value.until === until && seen.value.reason === reason) return [];
    const remedy = act([{ operation: 'host-drain', host: name, until: until / 1000, reason }]);
    return [finding('DrainRequested', 'drain', { have, want: `until ${momentText(until)}` }, remedy)];
  }
  if (seen.state !== 'present' || seen.value.seconds === 0) return [];
  const message = `drained until ${momentText(seen.value.until)} (${seen.value.reason}): no member here becomes master by a step of ours, and no virtual IP moves here; reconcile uncordon ${name} ends it`;
  return [finding('Drained', 'drain', { have, want: 'none' }, info(message))];
}

function textOf(seen: Observation<Drained>): string {
  if (seen.state !== 'present') return seen.state === 'unknown' ? 'unknown' : 'none';
  return seen.value.seconds === 0 ? 'over' : `until ${momentText(seen.value.until)}`;
}

function vipFindings(
  { subject, host, pair, exposed }: DesiredHost,
  { drained, keepalived }: Observed<ReturnType<typeof facts>>,
): readonly Finding[] {
  if (!pair || !isDrained(host, drained)) return [];
  const move = moveVip(host.name, pair, keepalived, exposed);
  if (!move) return [];
  const values = { have: `on ${host.name}, which is drained`, want: 'on the other host' };
  return [findingsAbout(subject)('VipOnDrainedHost', 'virtual IP', values, move)];
}
