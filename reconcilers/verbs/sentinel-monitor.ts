import type { ActionOf } from './index.ts';
import type { RespVerb } from './verb.ts';

/** Has a Sentinel that watches nothing watch the master that the majority names. */
export const sentinelMonitor: RespVerb<ActionOf<'sentinel-monitor'>> = {
  via: 'resp',
  endpoint: ({ endpoint }) => endpoint,
  commands: ({ endpoint, master, address, port, quorum, options }) => [
    ['SENTINEL', 'MONITOR', master, address, port, quorum],
    ['SENTINEL', 'SET', master, 'auth-pass', endpoint.password],
    ...options.map(({ name, value }) => ['SENTINEL', 'SET', master, name, value] as const),
  ],
  says: ({ endpoint, master, address }) =>
    `have the Sentinel of ${endpoint.tenant}-${endpoint.member} watch ${master} at ${address}`,
  settlesMs: 2_000,
};
