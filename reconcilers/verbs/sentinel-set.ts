import type { RespCommand } from '../questions/sense.ts';
import type { ActionOf } from './index.ts';
import type { RespVerb } from './verb.ts';

/** Sets a Sentinel's options, its own and those of the master it watches. Each Sentinel has its own: none tells the others. */
export const sentinelSet: RespVerb<ActionOf<'sentinel-set'>> = {
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
  says: ({ endpoint, options, own, passwords }) => {
    const plain = [...options, ...own].map(({ name, value }) => `${name} ${value}`);
    const words = [...plain, ...passwords.map((name) => `${name} ***`)].join(', ');
    return `set ${words} on the Sentinel of ${endpoint.tenant}-${endpoint.member}`;
  },
  settlesMs: 2_000,
};
