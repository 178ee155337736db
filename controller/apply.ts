import type { Fleet } from '../crds/fleet.ts';
import { newPruning, type PruneOptions } from '../reconcilers/prune.ts';
import type { BoundReconciler } from '../reconcilers/reconciler.ts';
import type { Listener, Outcome } from './events.ts';
import { type History, withHistory } from './history.ts';
import { type Look, look } from './pass.ts';
import { perform } from './perform.ts';
import type { Actuators, Clock, Senses } from './ports.ts';
import { newVerdict } from './verdict.ts';
import { carryOut, type Wave } from './wave.ts';

export interface World {
  readonly senses: Senses;
  readonly actuators: Actuators;
  readonly clock: Clock;
}

export interface ApplyOptions {
  readonly timeoutMs: number;
  /** Ends the run after the steps under way. */
  readonly signal: AbortSignal;
  readonly listen: Listener;
  /** Removes what nobody declares any more, within these limits; without it all of that is left alone. */
  readonly prune?: PruneOptions;
}

/** Between two looks when nothing was done in between. */
const pollMs = 1000;

/** Passes until nothing is left to do, a person is needed, or time is up. */
export async function apply(
  fleet: Fleet,
  reconcilers: readonly BoundReconciler[],
  world: World,
  options: ApplyOptions,
): Promise<Outcome> {
  const { clock } = world;
  const { signal, listen } = options;
  const history: History = new Map();
  const pruning = options.prune && newPruning(options.prune, fleet);
  const deadline = clock.now() + options.timeoutMs;
  const verdict = newVerdict(deadline);
  let steps = 0;
  for (let pass = 1; ; pass += 1) {
    listen({ type: 'looking', pass });
    const seen = await look(fleet, reconcilers, world.senses, pruning);
    const plan = withHistory(seen.plan, history, clock.now());
    listen({ type: 'planned', pass, plan });
    const result = verdict(plan, clock.now(), signal.aborted);
    if (result) return ended({ result, passes: pass, steps, left: plan.findings }, listen);
    const planAgain = async () => (await look(fleet, reconcilers, world.senses, pruning)).plan;
    const done = await carryOut(plan, { ...waveOf(fleet, world, options, history, seen), planAgain });
    steps += done;
    if (!plan.steps.length) listen({ type: 'waiting', findings: plan.findings });
    if (!done) await pause(clock, Math.min(pollMs, Math.max(0, deadline - clock.now())), signal);
  }
}

function waveOf(
  fleet: Fleet,
  { actuators, clock }: World,
  { listen, signal }: ApplyOptions,
  history: History,
  seen: Look,
): Omit<Wave, 'planAgain'> {
  return {
    clock,
    listen,
    signal,
    history,
    perform: (step) => perform(fleet, seen.sight.inventory, actuators, step.action),
  };
}

/** An interruption ends the pause; the next verdict says so. */
async function pause(clock: Clock, milliseconds: number, signal: AbortSignal): Promise<void> {
  await clock.sleep(milliseconds, signal).catch((cause: unknown) => {
    if (!signal.aborted) throw new Error('the clock failed', { cause });
  });
}

function ended(outcome: Outcome, listen: Listener): Outcome {
  listen({ type: 'ended', outcome });
  return outcome;
}
