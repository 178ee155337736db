import type { HostName, ProxyPair, TenantName } from '../../crds/fleet.ts';
import { vipPlaces } from '../../renderers/lib/proxy-paths.ts';
import { act, dependsOn, notKnown, notObserved, type Remedy } from '../contract/remedy.ts';
import type { Keepalived } from '../facts/keepalived/keepalived.ts';
import type { Observation } from '../facts/observation.ts';

/**
 * Moves the virtual IP from a host to the other one of its pair. `keepalived`: in the order of the pair's hosts; `exposed`: the tenants whose
 * clients it interrupts. Undefined: it is not there.
 */
export function moveVip(
  host: HostName,
  { name, hosts }: ProxyPair,
  keepalived: readonly Observation<Keepalived>[],
  exposed: readonly TenantName[],
): Remedy | undefined {
  const own = keepalived[hosts.indexOf(host)];
  const peer = keepalived[hosts.findIndex((one) => one !== host)];
  if (own?.state !== 'present' || peer?.state !== 'present') {
    const first = own?.state === 'present' ? peer : own;
    return first ? notObserved(first) : notKnown('the state of keepalived was not requested');
  }
  const [here, there] = [own.value.vrrp?.state, peer.value.vrrp?.state];
  if (there === 'MASTER' && here !== 'MASTER') return undefined;
  if (here === 'MASTER' && there === 'BACKUP')
    // With `nopreempt` it comes back as BACKUP, and the other proxy keeps the VIP.
    return act([{ operation: 'unit', host, unit: vipPlaces.unit, order: 'restart' }], exposed);
  return dependsOn(`vip/${name}`, `VRRP state ${here ?? 'none'} here, ${there ?? 'none'} on the other proxy`);
}
