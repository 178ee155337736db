import type { Fleet } from '../../crds/fleet.ts';
import type { Finding } from '../../reconcilers/contract/finding.ts';
import type { Plan, Policy } from '../../reconcilers/contract/plan.ts';
import type { BoundReconciler } from '../../reconcilers/contract/reconciler.ts';
import { nextWindow } from '../../reconcilers/shared/hold-for-windows.ts';
import { pausesInForce } from '../../reconcilers/shared/paused-documents.ts';
import type { Listener } from '../events/events.ts';
import { type Attempts, nextTry, reset, resetOnNewMembers, withAttempts } from '../pacing/attempts.ts';
import { withCircuitBreaker } from '../pacing/circuit-breaker.ts';
import { newPollInterval } from '../pacing/poll-interval.ts';
import { type Backoff, backoffAfter, exponentialBackoff } from '../pacing/retry-policy.ts';
import type { WakeUp } from '../pacing/wake-up.ts';
import { messageOf } from '../transport/errors.ts';
import type { EngineIo } from './apply.ts';
import { execute } from './execute.ts';
import { observeAndPlan, type PassResult } from './pass.ts';
import { perform } from './perform.ts';

export interface WatchOptions {
  /** Milliseconds between two passes while there is nothing to do; a tenth more or less. */
  readonly intervalMs: number;
  /** Ends the watch after the steps in progress. */
  readonly signal: AbortSignal;
  /** Notified when the documents have changed. */
  readonly wakeUp: WakeUp;
  readonly listen: Listener;
}

/** Delays of what fails: a step, or a pass as a whole. */
const backoff: Backoff = { baseMs: 2000, capMs: 300_000 };

/**
 * Passes over one Cluster until the signal ends it, one at a time; yields what was found last (undefined: nothing yet). `fleet` is called
 * before each pass: the documents in force. No failure ends it. What fails is retried with exponential backoff, up to five minutes, while
 * everything else goes on.
 */
export async function watch(
  fleet: () => Fleet,
  reconcilers: readonly BoundReconciler[],
  io: EngineIo,
  options: WatchOptions,
): Promise<readonly Finding[] | undefined> {
  const { clock } = io;
  const { signal, wakeUp, listen, intervalMs } = options;
  const pollInterval = newPollInterval(intervalMs);
  const passes = passesOver(fleet, reconcilers, io, options);
  let failures = 0;
  let left: readonly Finding[] | undefined;
  for (let pass = 1; !signal.aborted; pass += 1) {
    if (wakeUp.consume()) passes.reset();
    let pauseMs: number;
    try {
      const passed = await passes.next(pass);
      if (!passed) break;
      left = passed.plan.findings;
      failures = 0;
      pauseMs = pollInterval({ ...passed, now: clock.now(), due: passes.nextTry(clock.now()), chance: clock.random() });
    } catch (error) {
      failures += 1;
      pauseMs = backoffAfter(failures, clock.random(), backoff);
      listen({ type: 'pass-failed', reason: messageOf(error), retryMs: pauseMs });
    }
    await wakeUp.pause(clock, pauseMs, signal);
  }
  return left;
}

interface Passes {
  /** Observes, plans and executes once; undefined when the watch was ended before there was a plan. */
  next(pass: number): Promise<{ readonly plan: Plan; readonly tried: number } | undefined>;
  nextTry(now: number): number | undefined;
  reset(): void;
}

function passesOver(
  fleet: () => Fleet,
  reconcilers: readonly BoundReconciler[],
  { reader, executor, clock }: EngineIo,
  { listen, signal, intervalMs }: WatchOptions,
): Passes {
  const attempts: Attempts = new Map();
  const inForce = resetOnNewMembers(attempts);
  const policy = exponentialBackoff(backoff);
  const unreachable = { baseMs: 1000, capMs: Math.max(1000, Math.min(intervalMs, backoff.capMs)) };
  const guarded = withCircuitBreaker(reader, clock, { unreachable, refusedMs: backoff.capMs });
  const observe = (policies: readonly Policy[]) =>
    unlessEnded(observeAndPlan(fleet(), reconcilers, guarded.reader, { now: clock.now(), inForce, policies }), signal);
  return {
    reset: () => {
      reset(attempts);
      guarded.reset();
    },
    nextTry: (now) => {
      const retry = soonest(nextTry(attempts, now, policy), guarded.nextTry(now));
      return soonest(retry, soonest(endOfPause(fleet(), now), nextWindow(fleet(), now)));
    },
    next: async (pass) => {
      listen({ type: 'observing', pass });
      const declared = fleet();
      const seen = await observe([withRefusals, (plan) => withAttempts(plan, attempts, clock.now(), policy)]);
      if (!seen) return undefined;
      const { plan, snapshot } = seen;
      listen({ type: 'planned', pass, plan });
      let tried = 0;
      await execute(plan, {
        clock,
        signal,
        attempts,
        listen: (event) => {
          if (event.type === 'step-begun') tried += 1;
          listen(event);
        },
        perform: ({ action }) => perform(declared, snapshot.targetOf, { executor, clock }, action),
        // What cannot be observed again is not disrupted.
        planAgain: async () => (await observe([]).catch(() => undefined))?.plan ?? { findings: [], steps: [] },
      });
      return { plan, tried };
    },
  };
}

/** Observing an unreachable host takes its time; ending the watch does not wait for it. */
async function unlessEnded(observing: Promise<PassResult>, signal: AbortSignal): Promise<PassResult | undefined> {
  let end: () => void = () => {};
  const ended = new Promise<undefined>((resolve) => {
    end = () => resolve(undefined);
    if (signal.aborted) end();
    signal.addEventListener('abort', end);
  });
  observing.catch(() => undefined);
  return Promise.race([observing, ended]).finally(() => signal.removeEventListener('abort', end));
}

/** What was refused will not pass by itself: it is up to the operator, and not tried often meanwhile. */
function withRefusals(plan: Plan): Plan {
  const findings = plan.findings.map((finding): Finding => {
    const { remedy } = finding;
    if (remedy.by !== 'unknown' || !remedy.refused) return finding;
    return { ...finding, remedy: { by: 'manual', message: remedy.message, unknown: true } };
  });
  return { ...plan, findings };
}

/** When the first pause ends, which is in force now. */
function endOfPause(fleet: Fleet, now: number): number | undefined {
  return pausesInForce(fleet, now).at(-1)?.pause.until;
}

function soonest(one: number | undefined, other: number | undefined): number | undefined {
  return one === undefined || other === undefined ? (one ?? other) : Math.min(one, other);
}
