import type { Fleet } from '../../crds/fleet.ts';
import type { Accepted } from '../../reconcilers/contract/consent.ts';
import { newPruning, type PruneOptions } from '../../reconcilers/contract/prune.ts';
import { apply as run } from '../engine/apply.ts';
import { logEvent } from '../engine/event-log.ts';
import type { Event } from '../events/events.ts';
import { outcomeText } from '../report/outcome-text.ts';
import { progress } from '../report/progress.ts';
import type { Connections } from '../transport/io.ts';
import { unknownTenant } from './accept-option.ts';
import type { CliContext } from './context.ts';
import { type ExitCode, forOutcome } from './exit-code.ts';
import { forEachCluster } from './for-each-cluster.ts';

export interface ApplyOptions {
  readonly timeoutMs: number;
  /** What is no longer declared is removed, too. */
  readonly prune: PruneOptions | undefined;
  /** What would be done to tenants, and is allowed. */
  readonly accepted: readonly Accepted[];
  /** Tenants are interrupted outside of their maintenance windows, too. */
  readonly ignoreWindows?: boolean;
}

/** Converges every Cluster: passes until nothing is left to do. */
export async function apply(
  context: CliContext,
  files: readonly string[],
  { timeoutMs, prune, accepted, ignoreWindows = false }: ApplyOptions,
): Promise<ExitCode> {
  const { reconcilers, clock, signal, log } = context;
  const converge = async (fleet: Fleet, connections: Connections) => {
    const shown = progress(context, fleet.cluster.name);
    const listen = (event: Event) => {
      shown.listen(event);
      logEvent(log, event);
    };
    const io = { reader: connections.reader, executor: connections.executor(), clock };
    const pruning = prune && newPruning(prune, fleet);
    const options = { timeoutMs, signal, listen, pruning, accepted, ignoreWindows };
    const outcome = await run(fleet, reconcilers, io, options).finally(shown.end);
    context.out(outcomeText(fleet.cluster.name, outcome));
    return forOutcome(outcome);
  };
  return forEachCluster(context, files, converge, (fleets) => unknownTenant(accepted, fleets));
}
