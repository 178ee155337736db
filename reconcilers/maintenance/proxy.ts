import type { ProxyPair } from '../../crds/fleet.ts';
import { vipPlaces } from '../../renderers/proxy-places.ts';
import { act, blind, type Drift, wait } from '../drift.ts';
import { reasonOf } from '../service.ts';
import { type DesiredStop, type StopAnswers, stop, stopFinding } from './desired.ts';

/** A proxy: the other one takes the address first; then it is stopped. */
export function proxyDrift(desired: DesiredStop, pair: ProxyPair, { keepalived }: StopAnswers): readonly Drift[] {
  const own = keepalived[pair.hosts.indexOf(desired.host)];
  const peer = keepalived[pair.hosts.findIndex((host) => host !== desired.host)];
  if (own?.state !== 'present' || peer?.state !== 'present') {
    const first = own?.state === 'present' ? peer : own;
    return [stopFinding(desired, blind(first ? reasonOf(first) : 'keepalived was not asked'))];
  }
  const [here, there] = [own.value.vrrp?.state, peer.value.vrrp?.state];
  if (here === 'MASTER' && there === 'BACKUP') {
    // With `nopreempt` it comes back as BACKUP: the other one keeps the address.
    const away = { verb: 'unit', host: desired.host, unit: vipPlaces.unit, order: 'restart' } as const;
    return [
      stopFinding(
        desired,
        act(
          [away],
          desired.tenants.map(({ name }) => name),
        ),
      ),
    ];
  }
  if (there === 'MASTER' && here !== 'MASTER') return [stopFinding(desired, stop(desired))];
  const words = `the other proxy cannot take ${pair.vip} now (${here ?? 'none'} here, ${there ?? 'none'} there)`;
  return [stopFinding(desired, wait(words, `vip/${pair.name}`))];
}
