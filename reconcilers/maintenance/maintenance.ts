import { type Drift, wait } from '../drift.ts';
import { bind } from '../reconciler.ts';
import { type DesiredStop, desiredStops, stopFinding, stopQuestions } from './desired.ts';
import { proxyDrift } from './proxy.ts';
import { redisHostDrift } from './redis-host.ts';

/**
 * Hosts that must be stopped once: to turn SR-IOV on, for which EC2 wants the instance stopped. It comes last, when all else of the host is in
 * order: what serves is moved away first, masters by Sentinel and the virtual address by keepalived; then the host is stopped, one at a time for
 * the tenants it carries. What is changed while it is stopped, and its start, are the affair of `instance`.
 */
export const maintenance = bind<DesiredStop, ReturnType<typeof stopQuestions>>({
  concern: 'maintenance',
  desire: desiredStops,
  questions: stopQuestions,
  diff: (desired, seen): readonly Drift[] => {
    const { pair, turn } = desired;
    if (turn) return [stopFinding(desired, wait('one host at a time', turn))];
    return pair ? proxyDrift(desired, pair, seen) : redisHostDrift(desired, seen);
  },
});
