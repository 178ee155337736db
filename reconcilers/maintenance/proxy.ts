import type { ProxyPair } from '../../crds/fleet.ts';
import { vipPlaces } from '../../renderers/lib/proxy-paths.ts';
import type { Finding } from '../contract/finding.ts';
import { act, dependsOn, notKnown, notObserved } from '../contract/remedy.ts';
import { type DesiredStop, type StopObserved, stop, stopFinding, tenantNames } from './desired.ts';

/** A proxy: the VIP moves to the other proxy first; then the host is stopped. */
export function proxyFindings(desired: DesiredStop, pair: ProxyPair, { keepalived }: StopObserved): readonly Finding[] {
  const own = keepalived[pair.hosts.indexOf(desired.host)];
  const peer = keepalived[pair.hosts.findIndex((host) => host !== desired.host)];
  if (own?.state !== 'present' || peer?.state !== 'present') {
    const first = own?.state === 'present' ? peer : own;
    const remedy = first ? notObserved(first) : notKnown('the state of keepalived was not requested');
    return [stopFinding(desired, 'SriovNeedsStop', remedy)];
  }
  const [here, there] = [own.value.vrrp?.state, peer.value.vrrp?.state];
  if (here === 'MASTER' && there === 'BACKUP') {
    // With `nopreempt` it comes back as BACKUP, and the other proxy keeps the VIP.
    const restart = { operation: 'unit', host: desired.host, unit: vipPlaces.unit, order: 'restart' } as const;
    return [stopFinding(desired, 'VipOnHost', act([restart], tenantNames(desired)))];
  }
  if (there === 'MASTER' && here !== 'MASTER') return [stopFinding(desired, 'SriovNeedsStop', stop(desired))];
  const states = `VRRP state ${here ?? 'none'} here, ${there ?? 'none'} on the other proxy`;
  return [stopFinding(desired, 'VipOnHost', dependsOn(`vip/${pair.name}`, states))];
}
