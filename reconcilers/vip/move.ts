import { type Finding, findingsAbout } from '../contract/finding.ts';
import { manual, notObserved, type Remedy, settling } from '../contract/remedy.ts';
import type { DesiredVip } from './desired.ts';
import { failoverCannotMoveVip, masterMovesIt, mayHoldVip } from './messages.ts';
import { type ProxyState, unobservedOf } from './proxy-states.ts';
import { graceSeconds } from './split.ts';

/** What the operator waits for before it moves the virtual IP to the VRRP master itself; undefined: nothing. */
export function beforeMoving(master: ProxyState, proxies: readonly ProxyState[]): Remedy | undefined {
  const hidden = unobservedOf(proxies);
  if (hidden) return notObserved(hidden.unobserved, (reason) => mayHoldVip(hidden.host, reason));
  const { move } = master;
  const pending = move && move.outcome !== 'confirmed' ? move.words : undefined;
  return master.forSeconds < graceSeconds ? settling(masterMovesIt(master.host, pending)) : undefined;
}

/** The address is where it belongs, but the host could not move it there itself: the next failover would fail. */
export function failoverFindings(
  { subject, tenants, pair }: DesiredVip,
  { host, move }: ProxyState,
): readonly Finding[] {
  if (move?.outcome !== 'failed') return [];
  const remedy = manual(failoverCannotMoveVip(host, move.words, pair));
  const values = { have: 'failed', want: 'confirmed' };
  return [
    findingsAbout(subject, { impacts: tenants })('FailoverCannotMoveVip', `last move by ${host}`, values, remedy),
  ];
}
