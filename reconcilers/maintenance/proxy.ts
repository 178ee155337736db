import type { ProxyPair } from '../../crds/fleet.ts';
import type { Finding } from '../contract/finding.ts';
import { type DesiredStop, type StopObserved, stop, stopFinding, tenantNames } from './desired.ts';
import { moveVip } from './move-vip.ts';

/** A proxy: the VIP moves to the other proxy first; then the host is stopped. */
export function proxyFindings(desired: DesiredStop, pair: ProxyPair, { keepalived }: StopObserved): readonly Finding[] {
  const move = moveVip(desired.host, pair, keepalived, tenantNames(desired));
  if (!move) return [stopFinding(desired, 'SriovNeedsStop', stop(desired))];
  return [stopFinding(desired, move.by === 'unknown' ? 'SriovNeedsStop' : 'VipOnHost', move)];
}
