import type { Fleet } from '../../crds/fleet.ts';
import type { Accepted } from '../../reconcilers/contract/consent.ts';
import type { Plan, Policy } from '../../reconcilers/contract/plan.ts';
import type { Pruning } from '../../reconcilers/contract/prune.ts';
import type { BoundReconciler } from '../../reconcilers/contract/reconciler.ts';
import type { Listener, Outcome } from '../events/events.ts';
import { type Attempts, resetOnNewMembers, withAttempts } from '../pacing/attempts.ts';
import type { Clock, Executor, FactReader } from '../transport/io.ts';
import { newConvergenceCheck } from './convergence.ts';
import { execute } from './execute.ts';
import { observeAndPlan } from './pass.ts';
import { perform } from './perform.ts';

/** What the engine works with. */
export interface EngineIo {
  readonly reader: FactReader;
  readonly executor: Executor;
  readonly clock: Clock;
}

export interface ApplyOptions {
  readonly timeoutMs: number;
  /** Ends the run after the steps in progress. */
  readonly signal: AbortSignal;
  readonly listen: Listener;
  /** Removes what is no longer declared, within these limits; without it, that is left alone. */
  readonly pruning?: Pruning | undefined;
  /** Applied to each plan, after all others. */
  readonly policies?: readonly Policy[];
  /** What would be done to tenants, and is accepted for this run; nothing by default. */
  readonly accepted?: readonly Accepted[];
  /** Maintenance windows do not count. */
  readonly ignoreWindows?: boolean;
}

/** Between two passes that did nothing. */
const pollMs = 1000;

/** Passes until the cluster has converged, nothing more can be done, or the time is up. */
export async function apply(
  fleet: Fleet,
  reconcilers: readonly BoundReconciler[],
  io: EngineIo,
  options: ApplyOptions,
): Promise<Outcome> {
  const { clock } = io;
  const { signal, listen, pruning, accepted = [], ignoreWindows = false } = options;
  const attempts: Attempts = new Map();
  const deadline = clock.now() + options.timeoutMs;
  const check = newConvergenceCheck(deadline);
  let steps = 0;
  const inForce = resetOnNewMembers(attempts);
  const policies = [(plan: Plan) => withAttempts(plan, attempts, clock.now()), ...(options.policies ?? [])];
  for (let pass = 1; ; pass += 1) {
    listen({ type: 'observing', pass });
    const common = { now: clock.now(), pruning, accepted, ignoreWindows };
    const { plan, snapshot } = await observeAndPlan(fleet, reconcilers, io.reader, { ...common, inForce, policies });
    listen({ type: 'planned', pass, plan });
    const result = check(plan, clock.now(), signal.aborted);
    if (result) {
      const outcome = { result, passes: pass, steps, left: plan.findings };
      listen({ type: 'ended', outcome });
      return outcome;
    }
    const done = await execute(plan, {
      clock,
      listen,
      signal,
      attempts,
      perform: (step) =>
        perform(fleet, snapshot.targetOf, io, step.action, (text) => listen({ type: 'step-progress', step, text })),
      planAgain: async () =>
        (await observeAndPlan(fleet, reconcilers, io.reader, { ...common, now: clock.now() })).plan,
    });
    steps += done;
    if (!plan.steps.length) listen({ type: 'waiting', findings: plan.findings });
    if (!done) await pause(clock, Math.min(pollMs, Math.max(0, deadline - clock.now())), signal);
  }
}

/** An interruption ends the pause; the next convergence check ends the run. */
async function pause(clock: Clock, milliseconds: number, signal: AbortSignal): Promise<void> {
  await clock.sleep(milliseconds, signal).catch((cause: unknown) => {
    if (!signal.aborted) throw new Error('the clock failed', { cause });
  });
}
