import { redisBytes } from './redis-settings.ts';

/** A limit of client-output-buffer-limit. 0: none. Beyond the soft limit a client may be for so many seconds. */
export interface OutputBufferLimit {
  readonly hardBytes: number;
  readonly softBytes: number;
  readonly softSeconds: number;
}

/** `replica 256mb 64mb 60`, for one or more classes, by class. CONFIG GET still calls a replica a slave. */
export function outputBufferLimits(value: string): ReadonlyMap<string, OutputBufferLimit> {
  const words = value.toLowerCase().split(/\s+/).filter(Boolean);
  return new Map(
    words.flatMap((kind, index) => {
      if (index % 4 !== 0) return [];
      const [hard = '', soft = '', seconds = ''] = words.slice(index + 1, index + 4);
      const limit = {
        hardBytes: Number(redisBytes(hard)),
        softBytes: Number(redisBytes(soft)),
        softSeconds: Number(seconds),
      };
      return [[kind === 'slave' ? 'replica' : kind, limit] as const];
    }),
  );
}

/** As CONFIG GET shows it, with classes in the order of Redis. */
export function outputBufferText(limits: ReadonlyMap<string, OutputBufferLimit>): string {
  return ['normal', 'replica', 'pubsub']
    .flatMap((kind) => {
      const limit = limits.get(kind);
      const name = kind === 'replica' ? 'slave' : kind;
      return limit ? [`${name} ${limit.hardBytes} ${limit.softBytes} ${limit.softSeconds}`] : [];
    })
    .join(' ');
}
