import type { Finding } from '../contract/finding.ts';
import { bind } from '../contract/reconciler.ts';
import { dependsOn } from '../contract/remedy.ts';
import { type DesiredStop, desiredStops, stopFacts, stopFinding } from './desired.ts';
import { proxyFindings } from './proxy.ts';
import { redisHostFindings } from './redis-host.ts';

/**
 * Hosts that must be stopped once to enable SR-IOV, which EC2 does on a stopped instance only. It comes last, when everything else of
 * the host is in order. First what serves is moved away: masters by Sentinel, and the VIP by keepalived. Then the host is stopped, one
 * at a time for the tenants on it. The change to the stopped instance, and its start, belong to `instance`.
 */
export const hostStops = bind<DesiredStop, ReturnType<typeof stopFacts>>({
  component: 'maintenance',
  desire: desiredStops,
  facts: stopFacts,
  diff: (desired, observed): readonly Finding[] => {
    const { pair, rollingSlot } = desired;
    if (rollingSlot) return [stopFinding(desired, 'RollingSlotTaken', dependsOn(rollingSlot, 'one host at a time'))];
    return pair ? proxyFindings(desired, pair, observed) : redisHostFindings(desired, observed);
  },
});
