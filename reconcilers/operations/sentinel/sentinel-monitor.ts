import type { ActionOf } from '../actions.ts';
import type { RespOperation } from '../operation.ts';

/** Has a Sentinel that monitors nothing monitor the master that the majority names. */
export const sentinelMonitor: RespOperation<ActionOf<'sentinel-monitor'>> = {
  via: 'resp',
  endpoint: ({ endpoint }) => endpoint,
  commands: ({ endpoint, master, address, port, quorum, options }) => [
    ['SENTINEL', 'MONITOR', master, address, port, quorum],
    ['SENTINEL', 'SET', master, 'auth-pass', endpoint.password],
    ...options.map(({ name, value }) => ['SENTINEL', 'SET', master, name, value] as const),
  ],
  describe: ({ endpoint, master, address }) =>
    `have the Sentinel of ${endpoint.tenant}-${endpoint.member} monitor ${master} at ${address}`,
  settleMs: 2_000,
};
