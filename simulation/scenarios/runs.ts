const { LONG, SHORT, FC_SEED, FC_PATH, FC_RUNS } = process.env;

/** How often each law is tried: in test:long, in test:unit, and in the gate. */
export const numRuns = Number(FC_RUNS ?? (LONG ? 5000 : SHORT ? 20 : 25));

/** How often the law about the history of documents is tried. It is cheaper than the others. */
export const historyRuns = Number(FC_RUNS ?? (LONG ? 5000 : SHORT ? 20 : 60));

/** Crash points: every step of a scenario in test:long, every third one in the gate, every fifth in test:unit. */
export const crashPointStride = LONG ? 1 : SHORT ? 5 : 3;

/** Whether every way to be interrupted is tried at every step. */
export const everyCrashPoint = LONG !== undefined;

/**
 * The gate generates the same cases each time, test:long new ones. One seed for all laws and all generated fleets: the laws are checked against
 * the same cases, whose undisturbed runs are shared.
 */
export const seed = Number(FC_SEED ?? (LONG ? Date.now() % 2 ** 31 : 20_261_123));

/** The case to repeat, as fast-check printed it. */
export const path = FC_PATH;

/** Number of generated fleets that the cases choose from. Each is converged once. */
export const fleetsDrawn = LONG ? 400 : 40;
