import { setTimeout as sleep } from 'node:timers/promises';
import type { Clock } from '../transport/io.ts';

/** The time of this machine, and random numbers. */
export const systemClock: Clock = {
  now: () => Date.now(),
  sleep: async (ms, signal) => {
    await sleep(ms, undefined, signal === undefined ? {} : { signal }).catch((error: unknown) => {
      throw signal?.aborted ? signal.reason : error;
    });
  },
  random: () => Math.random(),
};
