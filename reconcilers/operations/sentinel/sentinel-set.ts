import type { RespCommand } from '../../facts/fact.ts';
import type { ActionOf } from '../actions.ts';
import type { RespOperation } from '../operation.ts';

/** Sets options of a Sentinel, its own and those of the monitored master. Sentinels do not share them with each other. */
export const sentinelSet: RespOperation<ActionOf<'sentinel-set'>> = {
  via: 'resp',
  endpoint: ({ endpoint }) => endpoint,
  commands: ({ endpoint, master, options, own, passwords }) => [
    ...options.map(({ name, value }): RespCommand => ['SENTINEL', 'SET', master, name, value]),
    ...own.map(({ name, value }): RespCommand => ['SENTINEL', 'CONFIG', 'SET', name, value]),
    ...passwords.map(
      (name): RespCommand =>
        name === 'auth-pass'
          ? ['SENTINEL', 'SET', master, 'auth-pass', endpoint.password]
          : ['SENTINEL', 'CONFIG', 'SET', 'sentinel-pass', endpoint.password],
    ),
  ],
  describe: ({ endpoint, options, own, passwords }) => {
    const plain = [...options, ...own].map(({ name, value }) => `${name} ${value}`);
    const words = [...plain, ...passwords.map((name) => `${name} ***`)].join(', ');
    return `set ${words} on the Sentinel of ${endpoint.tenant}-${endpoint.member}`;
  },
  settleMs: 2_000,
};
