/**
 * How long a step that does not work is left alone, in milliseconds since it was last tried: 0, it is taken once more at once;
 * Infinity, not again in this run. `chance` (0 to 1) is drawn once a try, so that a rest does not change from look to look.
 */
export interface Patience {
  /** It failed so many times. `permanent`: only a person mends what it failed of. */
  failed(failures: number, permanent: boolean, chance: number): number;
  /** It was done so many times, and its effect never showed. */
  vain(times: number, chance: number): number;
  /** Its effect showed, and was undone, so many times. */
  undone(relapses: number, chance: number): number;
}

/** How often a step is tried before it is given up, or slowed down: it failed, it had no effect, it was undone soon after. */
const tries = { failed: 3, vain: 2, undone: 3 } as const;

/** For a run that ends: nothing is tried for ever, and then a person is asked. */
export const givesUp: Patience = {
  failed: (failures) => (failures >= tries.failed ? Number.POSITIVE_INFINITY : 0),
  vain: (times) => (times >= tries.vain ? Number.POSITIVE_INFINITY : 0),
  undone: (relapses) => (relapses >= tries.undone ? Number.POSITIVE_INFINITY : 0),
};

/** The first rest, and the longest. */
export interface Backoff {
  readonly baseMs: number;
  readonly capMs: number;
}

/** For a run without end: nothing is given up, and nothing is tried in haste for ever. */
export function everSlower(backoff: Backoff): Patience {
  return {
    failed: (failures, permanent, chance) =>
      permanent ? jittered(backoff.capMs, chance) : restAfter(failures, chance, backoff),
    vain: (times, chance) => (times >= tries.vain ? restAfter(times - tries.vain + 1, chance, backoff) : 0),
    undone: (relapses, chance) =>
      relapses >= tries.undone ? restAfter(relapses - tries.undone + 1, chance, backoff) : 0,
  };
}

/** The rest after the nth failure in a row: base, twice that, and so on up to the cap, each up to a fifth shorter or longer. */
export function restAfter(failures: number, chance: number, { baseMs, capMs }: Backoff): number {
  return jittered(Math.min(capMs, baseMs * 2 ** Math.min(failures - 1, 40)), chance);
}

/** Within a fifth either way unless told: many that fail together do not try again together. */
export function jittered(milliseconds: number, chance: number, share = 0.2): number {
  return Math.round(milliseconds * (1 + share * (2 * chance - 1)));
}

/** `tried again in 40 s`, for a rest of which so much is left. */
export function againIn(milliseconds: number): string {
  const seconds = Math.max(1, Math.ceil(milliseconds / 1000));
  return seconds < 100 ? `${seconds} s` : `${Math.round(seconds / 60)} min`;
}
