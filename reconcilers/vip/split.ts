import { type Finding, findingsAbout } from '../contract/finding.ts';
import { dependsOn, manual, settling, type Waiting } from '../contract/remedy.ts';
import type { DesiredVip } from './desired.ts';
import { cannotMoveAndYields, differentIds, mastersSettling, splitVip, twoMasters } from './messages.ts';
import type { ProxyState } from './proxy-states.ts';
import { formerValues } from './turn.ts';

/** How long keepalived and its notify script may take before the tool, or the operator, intervenes. */
export const graceSeconds = 10;

/** Two masters for a moment are normal when a host returns. `drop`: the rule of a firewall that is known to drop VRRP, in words. */
export function twoMastersFinding(
  desired: DesiredVip,
  masters: readonly ProxyState[],
  drop: string | undefined,
): Finding {
  const names = masters.map(({ host }) => host).join(' and ');
  const seconds = Math.min(...masters.map((proxy) => proxy.forSeconds));
  const cause = differenceBehind(desired, masters);
  const settled = seconds >= graceSeconds && !cause;
  const remedy = cause ?? (settled ? manual(twoMasters(names, drop)) : settling(mastersSettling));
  const reason = settled ? 'SplitVip' : 'TwoVrrpMasters';
  return findingsAbout(desired.subject, { impacts: desired.tenants })(
    reason,
    'VRRP master',
    { have: names, want: 'one' },
    remedy,
  );
}

/** It was VRRP master, and left the address to the other one. */
export function yieldFindings(
  desired: DesiredVip,
  proxy: ProxyState,
  master: ProxyState | undefined,
  drop: string | undefined,
): readonly Finding[] {
  const { host, yields } = proxy;
  if (!yields) return [];
  const finding = findingsAbout(desired.subject, { impacts: desired.tenants });
  if (yields.cause === 'move') {
    const values = { have: 'failed', want: 'confirmed' };
    const remedy = manual(cannotMoveAndYields(host, yields.words, desired.pair));
    return [finding('FailoverCannotMoveVip', `last move by ${host}`, values, remedy)];
  }
  const have = `${host} does not hear ${others(desired, host)}`;
  const cause = differenceBehind(desired, master ? [proxy, master] : [proxy]);
  const remedy = cause ?? manual(splitVip(host, master?.host, desired.vip, drop));
  return [finding('SplitVip', 'VRRP', { have, want: 'both hear each other' }, remedy)];
}

/** With another virtual router id or virtual IP a host drops the packets of the other. That is a finding of its own, and the cause. */
function differenceBehind(desired: DesiredVip, proxies: readonly ProxyState[]): Waiting | undefined {
  const former = proxies.find(({ shared }) => formerValues(desired, { shared }).length);
  if (!former) return undefined;
  const ids = proxies.map(
    ({ host, shared }) => `${host} has virtual router id ${shared?.routerId}, and ${shared?.vip}`,
  );
  return dependsOn(former.subject, differentIds(ids.join('; ')));
}

function others({ hosts }: DesiredVip, host: string): string {
  return hosts.flatMap((one) => (one.host === host ? [] : [one.host])).join(' and ');
}
