const { LONG, FC_SEED, FC_PATH, FC_RUNS } = process.env;

/** How often each law is tried. */
export const numRuns = Number(FC_RUNS ?? (LONG ? 5000 : 200));

/** The gate draws the same cases each time; test:long draws new ones. One seed for all laws and all generated fleets: laws are held against the same cases, whose undisturbed runs are shared. */
export const seed = Number(FC_SEED ?? (LONG ? Date.now() % 2 ** 31 : 20_261_123));

/** The case to play again, as fast-check printed it. */
export const path = FC_PATH;

/** Generated fleets, of which the cases draw: each is set up once. */
export const fleetsDrawn = LONG ? 400 : 40;
