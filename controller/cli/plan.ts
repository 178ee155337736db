import type { Fleet } from '../../crds/fleet.ts';
import type { Accepted } from '../../reconcilers/contract/consent.ts';
import { newPruning, type PruneOptions } from '../../reconcilers/contract/prune.ts';
import { observeAndPlan } from '../engine/pass.ts';
import { planJson } from '../report/plan-json.ts';
import { planText } from '../report/plan-text.ts';
import { statsText } from '../report/stats-text.ts';
import type { Connections } from '../transport/io.ts';
import { unknownTenant } from './accept-option.ts';
import type { ReadOnlyContext } from './context.ts';
import { type ExitCode, forFindings } from './exit-code.ts';
import { forEachCluster } from './for-each-cluster.ts';

export interface PlanOptions {
  readonly prune?: PruneOptions | undefined;
  readonly accepted?: readonly Accepted[] | undefined;
  readonly ignoreWindows?: boolean;
}

/** Observes once, changes nothing, and shows what apply would do. It is given no executor. */
export async function plan(
  context: ReadOnlyContext,
  files: readonly string[],
  format: 'text' | 'json',
  { prune, accepted = [], ignoreWindows = false }: PlanOptions = {},
): Promise<ExitCode> {
  const show = async (fleet: Fleet, connections: Omit<Connections, 'executor'>) => {
    const pruning = prune && newPruning(prune, fleet);
    const options = { now: context.clock.now(), pruning, accepted, ignoreWindows };
    const { plan: found } = await observeAndPlan(fleet, context.reconcilers, connections.reader, options);
    const { name } = fleet.cluster;
    const stats = connections.stats();
    context.out(format === 'json' ? planJson(name, found, stats) : `${planText(name, found)}${statsText(stats)}`);
    return forFindings(found.findings);
  };
  return forEachCluster(context, files, show, (fleets) => unknownTenant(accepted, fleets));
}
