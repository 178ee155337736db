import type { Plan } from '../reconcilers/plan.ts';
import { jittered } from './patience.ts';
import { shapeOf } from './verdict.ts';

/** What the last pass came to. */
export interface Passed {
  readonly plan: Plan;
  /** Steps that were carried out, those that failed included. */
  readonly tried: number;
  readonly now: number;
  /** When something that rests is to be tried again. */
  readonly due: number | undefined;
  /** 0 to 1, drawn for this pass. */
  readonly chance: number;
}

/** The first pause while something is waited for; it grows by half each time nothing has changed, up to the interval. */
const pollMs = 1000;
/** So many waves one after the other are no longer a repair: somebody works against us, and is not to be outrun. */
const wavesAtOnce = 30;
/** Share by which an interval is shorter or longer: many watches do not call EC2 at the same moment. */
const jitter = 0.1;

/**
 * Says after each pass how many milliseconds to pause: none after a wave, so that the world is seen settling; a poll while something
 * comes right by itself; the interval when there is nothing to do. What rests is tried again when it is due, if that is sooner.
 */
export function newPace(intervalMs: number): (passed: Passed) => number {
  let waves = 0;
  let polls = 0;
  let shape = '';
  return ({ plan, tried, now, due, chance }) => {
    const interval = jittered(intervalMs, chance, jitter);
    const same = shapeOf(plan) === shape;
    shape = shapeOf(plan);
    waves = tried ? waves + 1 : 0;
    if (tried) polls = 0;
    if (tried) return waves <= wavesAtOnce ? 0 : Math.min(interval, pollMs * (waves - wavesAtOnce));
    const waiting = plan.steps.length > 0 || plan.findings.some(({ remedy }) => remedy.by === 'waiting' && !remedy.on);
    polls = waiting && same ? polls + 1 : 0;
    const pause = waiting ? Math.min(interval, pollMs * 1.5 ** Math.min(polls, 40)) : interval;
    return Math.max(0, due === undefined ? pause : Math.min(pause, due - now));
  };
}
