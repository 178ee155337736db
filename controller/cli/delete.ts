import type { Fleet } from '../../crds/fleet.ts';
import { newPruning } from '../../reconcilers/contract/prune.ts';
import type { BoundReconciler } from '../../reconcilers/contract/reconciler.ts';
import { pausesInForce, refusalText } from '../../reconcilers/shared/paused-documents.ts';
import { teardownReconcilers } from '../../reconcilers/teardown/index.ts';
import { apply as run } from '../engine/apply.ts';
import { logEvent } from '../engine/event-log.ts';
import { observeAndPlan } from '../engine/pass.ts';
import type { Event, Outcome } from '../events/events.ts';
import { count } from '../report/outcome-text.ts';
import { findingsText, planText } from '../report/plan-text.ts';
import { progress } from '../report/progress.ts';
import type { Connections } from '../transport/io.ts';
import type { CliContext } from './context.ts';
import { type ExitCode, exit, forOutcome, forShownDelete } from './exit-code.ts';

export interface DeleteOptions {
  /** The Cluster's name, repeated: without it, what would be done is shown and nothing is done. */
  readonly confirm: string | undefined;
  /** Destroys what is kept, however long ago it was retired. */
  readonly atOnce: boolean;
  readonly timeoutMs: number;
}

/** Takes a Cluster down, in two steps: stopped and kept, then destroyed. */
export async function deleteCluster(
  context: CliContext,
  files: readonly string[],
  options: DeleteOptions,
): Promise<ExitCode> {
  const fleets = await context.load(files, 'resolve');
  if (!fleets) return exit.error;
  const [fleet, ...others] = fleets;
  const names = fleets.map(({ cluster }) => cluster.name);
  const { confirm } = options;
  if (!fleet || others.length || (confirm !== undefined && confirm !== fleet.cluster.name)) {
    const wrong = others.length
      ? `these documents declare ${names.join(', ')}`
      : `these documents declare Cluster ${names.join()}, not ${confirm}`;
    context.err(`one Cluster is deleted at a time, by its name: ${wrong}; nothing was done\n`);
    return exit.error;
  }
  const [pause] = pausesInForce(fleet, context.clock.now());
  if (pause) {
    context.err(`${fleet.cluster.name} is not deleted, and nothing was done: ${refusalText(pause)}\n`);
    return exit.error;
  }
  const connections = context.open(fleet);
  const all = teardownReconcilers({ now: context.clock.now(), atOnce: options.atOnce });
  try {
    if (confirm === undefined) return await show(context, fleet, all, connections);
    return await tearDown(context, fleet, all, connections, options);
  } finally {
    await connections.close();
  }
}

async function show(
  context: CliContext,
  fleet: Fleet,
  all: readonly BoundReconciler[],
  connections: Connections,
): Promise<ExitCode> {
  const { plan } = await observeAndPlan(fleet, all, connections.reader, {
    now: context.clock.now(),
    ignoreWindows: true,
  });
  context.out(planText(fleet.cluster.name, plan));
  if (plan.steps.length)
    context.out(`Nothing was done. To do it: reconcile delete -f … --confirm ${fleet.cluster.name}\n`);
  return forShownDelete(plan);
}

async function tearDown(
  context: CliContext,
  fleet: Fleet,
  all: readonly BoundReconciler[],
  connections: Connections,
  { timeoutMs }: DeleteOptions,
): Promise<ExitCode> {
  const shown = progress(context, fleet.cluster.name);
  const listen = (event: Event) => {
    shown.listen(event);
    logEvent(context.log, event);
  };
  const io = { reader: connections.reader, executor: connections.executor(), clock: context.clock };
  // Whoever takes a Cluster down has decided when.
  const common = { timeoutMs, signal: context.signal, listen, ignoreWindows: true };
  try {
    if (hasMembersOnAdopted(fleet)) {
      // What runs on adopted hosts is retired as if its documents were gone.
      const none = { ...fleet, tenants: [] };
      const pruning = newPruning({ maxDeletes: Number.MAX_SAFE_INTEGER, allowEmpty: true }, none);
      const retired = await run(none, context.reconcilers, io, { ...common, pruning });
      if (retired.result !== 'done') return ended(context, fleet, retired);
    }
    return ended(context, fleet, await run(fleet, all, io, common));
  } finally {
    shown.end();
  }
}

function hasMembersOnAdopted({ cluster, tenants }: Fleet): boolean {
  const adopted = cluster.hosts.filter(({ origin }) => 'adopt' in origin).map(({ name }) => name);
  return tenants.some(({ members }) => members.some(({ host }) => adopted.includes(host)));
}

function ended(context: CliContext, { cluster }: Fleet, outcome: Outcome): ExitCode {
  const { result, left, steps } = outcome;
  const kept = left.some(({ reason }) => reason === 'HostRetained');
  const done = kept ? 'stopped and kept' : 'nothing of it is left in EC2';
  const words = result === 'done' ? done : `not taken down: ${result}`;
  context.out(`${cluster.name}: ${words} (${count(steps, 'step')} done)\n`);
  if (left.length) context.out(`\n${findingsText(left)}\n`);
  return forOutcome(outcome);
}
