/**
 * How long a step that does not work is left alone, in milliseconds since it was last tried. 0: it is tried again at once; Infinity: not
 * again in this run. `chance` (0 to 1) is drawn once per try, so that a delay does not change from pass to pass.
 */
export interface RetryPolicy {
  /** It failed so many times. `permanent`: no retry helps. */
  failed(failures: number, permanent: boolean, chance: number): number;
  /** It was done so many times, and its effect was never observed. */
  noEffect(times: number, chance: number): number;
  /** Its effect was observed, and reverted, so many times. */
  reverted(reverts: number, chance: number): number;
}

/** How often a step is tried before it is given up, or slowed down. */
const maxAttempts = { failed: 3, noEffect: 2, reverted: 3 } as const;

/** For a run that ends: nothing is tried endlessly; then it is up to the operator. */
export const failFast: RetryPolicy = {
  failed: (failures) => (failures >= maxAttempts.failed ? Number.POSITIVE_INFINITY : 0),
  noEffect: (times) => (times >= maxAttempts.noEffect ? Number.POSITIVE_INFINITY : 0),
  reverted: (reverts) => (reverts >= maxAttempts.reverted ? Number.POSITIVE_INFINITY : 0),
};

/** The first delay, and the longest, in milliseconds. */
export interface Backoff {
  readonly baseMs: number;
  readonly capMs: number;
}

/** For a run without end: nothing is given up, and nothing is tried in a tight loop. */
export function exponentialBackoff(backoff: Backoff): RetryPolicy {
  return {
    failed: (failures, permanent, chance) =>
      permanent ? jittered(backoff.capMs, chance) : backoffAfter(failures, chance, backoff),
    noEffect: (times, chance) =>
      times >= maxAttempts.noEffect ? backoffAfter(times - maxAttempts.noEffect + 1, chance, backoff) : 0,
    reverted: (reverts, chance) =>
      reverts >= maxAttempts.reverted ? backoffAfter(reverts - maxAttempts.reverted + 1, chance, backoff) : 0,
  };
}

/** The delay after the nth failure in a row: base, twice that, and so on up to the cap, each up to a fifth shorter or longer. */
export function backoffAfter(failures: number, chance: number, { baseMs, capMs }: Backoff): number {
  return jittered(Math.min(capMs, baseMs * 2 ** Math.min(failures - 1, 40)), chance);
}

/** Within a fifth either way by default: many that fail together do not try again together. */
export function jittered(milliseconds: number, chance: number, share = 0.2): number {
  return Math.round(milliseconds * (1 + share * (2 * chance - 1)));
}

/** `40 s`, `5 min`: for a delay of which so much is left. */
export function formatDelay(milliseconds: number): string {
  const seconds = Math.max(1, Math.ceil(milliseconds / 1000));
  return seconds < 100 ? `${seconds} s` : `${Math.round(seconds / 60)} min`;
}
