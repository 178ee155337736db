import type { Fleet } from '../crds/fleet.ts';
import type { Drift } from '../reconcilers/drift.ts';
import type { Plan } from '../reconcilers/plan.ts';
import type { BoundReconciler } from '../reconcilers/reconciler.ts';
import type { World } from './apply.ts';
import type { Bell } from './bell.ts';
import type { Listener } from './events.ts';
import { forgive, type History, nextTry, withHistory } from './history.ts';
import { messageOf } from './observe.ts';
import { newPace } from './pace.ts';
import { type Look, look } from './pass.ts';
import { againIn, type Backoff, everSlower, restAfter } from './patience.ts';
import { perform } from './perform.ts';
import { type Reluctant, reluctant } from './reluctance.ts';
import { carryOut } from './wave.ts';

export interface WatchOptions {
  /** Milliseconds between two passes while nothing is to be done; a tenth more or less. */
  readonly intervalMs: number;
  /** Ends the watch after the steps under way. */
  readonly signal: AbortSignal;
  /** Rung when the documents have changed. */
  readonly bell: Bell;
  readonly listen: Listener;
}

/** Rests of what does not work: a step, or a pass as a whole. */
const backoff: Backoff = { baseMs: 2000, capMs: 300_000 };

/**
 * Passes over one Cluster until the signal ends it, one at a time; yields what was found last (undefined: nothing yet). `fleet` is asked before each pass: the
 * documents in force. Nothing that fails ends it. What fails is tried again ever more slowly, and no more often than every five
 * minutes in the end, while everything else goes on.
 */
export async function watch(
  fleet: () => Fleet,
  reconcilers: readonly BoundReconciler[],
  world: World,
  options: WatchOptions,
): Promise<readonly Drift[] | undefined> {
  const { clock } = world;
  const { signal, bell, listen, intervalMs } = options;
  const pace = newPace(intervalMs);
  const passes = passesOver(fleet, reconcilers, world, options);
  let failures = 0;
  let left: readonly Drift[] | undefined;
  for (let pass = 1; !signal.aborted; pass += 1) {
    if (bell.answer()) passes.forgive();
    let rest: number;
    try {
      const passed = await passes.next(pass);
      if (!passed) break;
      left = passed.plan.findings;
      failures = 0;
      rest = pace({ ...passed, now: clock.now(), due: passes.nextTry(clock.now()), chance: clock.random() });
    } catch (error) {
      failures += 1;
      rest = restAfter(failures, clock.random(), backoff);
      listen({ type: 'pass-failed', reason: messageOf(error), again: againIn(rest) });
    }
    await bell.pause(clock, rest, signal);
  }
  return left;
}

interface Passes {
  /** Looks, and carries out one wave; undefined when the watch was ended before there was a plan. */
  next(pass: number): Promise<{ readonly plan: Plan; readonly tried: number } | undefined>;
  nextTry(now: number): number | undefined;
  forgive(): void;
}

function passesOver(
  fleet: () => Fleet,
  reconcilers: readonly BoundReconciler[],
  { senses, actuators, clock }: World,
  { listen, signal, intervalMs }: WatchOptions,
): Passes {
  const history: History = new Map();
  const patience = everSlower(backoff);
  const passing = { baseMs: 1000, capMs: Math.max(1000, Math.min(intervalMs, backoff.capMs)) };
  const eyes = reluctant(senses, clock, { passing, refusedMs: backoff.capMs });
  const lookAgain = () => unlessEnded(look(fleet(), reconcilers, eyes.senses), signal);
  return {
    forgive: () => {
      forgive(history);
      eyes.forgive();
    },
    nextTry: (now) => soonest(nextTry(history, now, patience), eyes.nextTry(now)),
    next: async (pass) => {
      listen({ type: 'looking', pass });
      const declared = fleet();
      const seen = await lookAgain();
      if (!seen) return undefined;
      const plan = withHistory(withRefusals(seen.plan, eyes), history, clock.now(), patience);
      listen({ type: 'planned', pass, plan });
      let tried = 0;
      await carryOut(plan, {
        clock,
        signal,
        history,
        listen: (event) => {
          if (event.type === 'step-begun') tried += 1;
          listen(event);
        },
        perform: (step) => perform(declared, seen.sight.inventory, actuators, step.action),
        // What cannot be looked at again is not disrupted.
        planAgain: async () => (await lookAgain().catch(() => undefined))?.plan ?? { findings: [], steps: [] },
      });
      return { plan, tried };
    },
  };
}

/** A look at a host that is gone takes its time; nobody waits for it who wants to end. */
async function unlessEnded(looking: Promise<Look>, signal: AbortSignal): Promise<Look | undefined> {
  let end: () => void = () => {};
  const ended = new Promise<undefined>((resolve) => {
    end = () => resolve(undefined);
    if (signal.aborted) end();
    signal.addEventListener('abort', end);
  });
  looking.catch(() => undefined);
  return Promise.race([looking, ended]).finally(() => signal.removeEventListener('abort', end));
}

/** What was refused is not merely unseen: a person has to put it right, and it is not looked at often meanwhile. */
function withRefusals(plan: Plan, eyes: Reluctant): Plan {
  const refusals = eyes.refusals();
  const judged = (drift: Drift): Drift => {
    const { remedy } = drift;
    if (remedy.by !== 'blind' || !refusals.some((one) => remedy.reason.includes(one))) return drift;
    return { ...drift, remedy: { by: 'operator', reason: remedy.reason, unseen: true } };
  };
  return refusals.length ? { ...plan, findings: plan.findings.map(judged) } : plan;
}

function soonest(one: number | undefined, other: number | undefined): number | undefined {
  return one === undefined || other === undefined ? (one ?? other) : Math.min(one, other);
}
