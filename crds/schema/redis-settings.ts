/**
 * The settings of redis.conf that `redis.config` may contain, with their types, their defaults, and what the server accepts. As Redis 7.0
 * has them (config.c); a test asks a real server for each. Those that the operator manages are in checks/redis.ts.
 */
export type RedisSetting = { readonly default: string } & (
  | { readonly type: 'yes or no' | 'text' }
  /** CONFIG SET refuses it: Redis reads it at its start only. */
  | { readonly type: 'fixed at start' }
  | { readonly type: 'integer'; readonly min: number; readonly max: number | undefined }
  /** Bytes, with a unit of redis.conf: `64mb`. `percent`: `10%` of maxmemory too. */
  | { readonly type: 'memory'; readonly min: number; readonly percent: boolean }
  | { readonly type: 'one of'; readonly values: readonly string[] }
);

const yesNo = (value: string): RedisSetting => ({ type: 'yes or no', default: value });
const text = (value: string): RedisSetting => ({ type: 'text', default: value });
const fixed = (value: string): RedisSetting => ({ type: 'fixed at start', default: value });
const memory = (value: string, min = 0, percent?: 'or percent'): RedisSetting => {
  return { type: 'memory', default: value, min, percent: percent !== undefined };
};
const oneOf = (value: string, values: string): RedisSetting => {
  return { type: 'one of', default: value, values: values.split(' ') };
};
const integer = (value: string, min: number, max?: number): RedisSetting => ({
  type: 'integer',
  default: value,
  min,
  max,
});

/** The largest value of a setting that is an int. */
const int = 2 ** 31 - 1;

export const redisSettingTypes: Readonly<Record<string, RedisSetting>> = {
  'acl-pubsub-default': oneOf('resetchannels', 'allchannels resetchannels'),
  'acllog-max-len': integer('128', 0),
  'active-defrag-cycle-max': integer('25', 1, 99),
  'active-defrag-cycle-min': integer('1', 1, 99),
  'active-defrag-ignore-bytes': memory('104857600', 1),
  'active-defrag-max-scan-fields': integer('1000', 1),
  'active-defrag-threshold-lower': integer('10', 0, 1000),
  'active-defrag-threshold-upper': integer('100', 0, 1000),
  'active-expire-effort': integer('1', 1, 10),
  activedefrag: yesNo('no'),
  activerehashing: yesNo('yes'),
  'always-show-logo': fixed('no'),
  'aof-disable-auto-gc': yesNo('no'),
  'aof-load-truncated': yesNo('yes'),
  'aof-rewrite-incremental-fsync': yesNo('yes'),
  'aof-timestamp-enabled': yesNo('no'),
  'aof-use-rdb-preamble': yesNo('yes'),
  aof_rewrite_cpulist: fixed(''),
  appendfsync: oneOf('everysec', 'everysec always no'),
  'auto-aof-rewrite-min-size': memory('67108864'),
  'auto-aof-rewrite-percentage': integer('100', 0, int),
  bgsave_cpulist: fixed(''),
  bio_cpulist: fixed(''),
  'busy-reply-threshold': integer('5000', 0),
  'client-output-buffer-limit': text('normal 0 0 0 slave 268435456 67108864 60 pubsub 33554432 8388608 60'),
  'client-query-buffer-limit': memory('1073741824', 2 ** 20),
  'crash-log-enabled': yesNo('yes'),
  'crash-memcheck-enabled': yesNo('yes'),
  databases: fixed('16'),
  'disable-thp': fixed('yes'),
  'dynamic-hz': yesNo('yes'),
  'hash-max-listpack-entries': integer('512', 0),
  'hash-max-listpack-value': memory('64'),
  'hash-max-ziplist-entries': integer('512', 0),
  'hash-max-ziplist-value': memory('64'),
  'hll-sparse-max-bytes': memory('3000'),
  // Redis takes other values, and runs with the nearest of these (CONFIG_MIN_HZ, CONFIG_MAX_HZ).
  hz: integer('10', 1, 500),
  'ignore-warnings': text(''),
  'io-threads': fixed('1'),
  'io-threads-do-reads': fixed('no'),
  'jemalloc-bg-thread': yesNo('yes'),
  'latency-monitor-threshold': integer('0', 0),
  'latency-tracking': yesNo('yes'),
  'latency-tracking-info-percentiles': text('50 99 99.9'),
  'lazyfree-lazy-eviction': yesNo('no'),
  'lazyfree-lazy-expire': yesNo('no'),
  'lazyfree-lazy-server-del': yesNo('no'),
  'lazyfree-lazy-user-del': yesNo('no'),
  'lazyfree-lazy-user-flush': yesNo('no'),
  'lfu-decay-time': integer('1', 0, int),
  'lfu-log-factor': integer('10', 0, int),
  'list-compress-depth': integer('0', 0, int),
  'list-max-listpack-size': integer('-2', -2147483648, int),
  'list-max-ziplist-size': integer('-2', -2147483648, int),
  loglevel: oneOf('notice', 'debug verbose notice warning'),
  'lua-time-limit': integer('5000', 0),
  maxclients: integer('10000', 1, 2 ** 32 - 1),
  'maxmemory-clients': memory('0', 0, 'or percent'),
  'maxmemory-eviction-tenacity': integer('10', 0, 100),
  'maxmemory-policy': oneOf(
    'noeviction',
    'volatile-lru volatile-lfu volatile-random volatile-ttl allkeys-lru allkeys-lfu allkeys-random noeviction',
  ),
  'maxmemory-samples': integer('5', 1, int),
  'no-appendfsync-on-rewrite': yesNo('no'),
  'notify-keyspace-events': text(''),
  'oom-score-adj': oneOf('no', 'no yes relative absolute'),
  'oom-score-adj-values': text('0 200 800'),
  'proc-title-template': text('{title} {listen-addr} {server-mode}'),
  'propagation-error-behavior': oneOf('ignore', 'ignore panic panic-on-replicas'),
  'proto-max-bulk-len': memory('536870912', 2 ** 20),
  'rdb-del-sync-files': yesNo('no'),
  'rdb-save-incremental-fsync': yesNo('yes'),
  rdbchecksum: fixed('yes'),
  rdbcompression: yesNo('yes'),
  'repl-backlog-size': memory('1048576', 1),
  'repl-backlog-ttl': integer('3600', 0),
  'repl-disable-tcp-nodelay': yesNo('no'),
  'repl-diskless-load': oneOf('disabled', 'disabled on-empty-db swapdb'),
  'repl-diskless-sync': yesNo('yes'),
  'repl-diskless-sync-delay': integer('5', 0, int),
  'repl-diskless-sync-max-replicas': integer('0', 0, int),
  'repl-ping-replica-period': integer('10', 1, int),
  'repl-ping-slave-period': integer('10', 1, int),
  'repl-timeout': integer('60', 1, int),
  'replica-ignore-disk-write-errors': yesNo('no'),
  'replica-ignore-maxmemory': yesNo('yes'),
  'replica-lazy-flush': yesNo('no'),
  'replica-read-only': yesNo('yes'),
  'sanitize-dump-payload': oneOf('no', 'no yes clients'),
  save: text('3600 1 300 100 60 10000'),
  server_cpulist: fixed(''),
  'set-max-intset-entries': integer('512', 0),
  'set-proc-title': fixed('yes'),
  'shutdown-on-sigint': oneOf('default', 'default save nosave now force'),
  'shutdown-on-sigterm': oneOf('default', 'default save nosave now force'),
  'shutdown-timeout': integer('10', 0, int),
  'slave-ignore-maxmemory': yesNo('yes'),
  'slave-lazy-flush': yesNo('no'),
  'slave-read-only': yesNo('yes'),
  'slowlog-log-slower-than': integer('10000', -1),
  'slowlog-max-len': integer('128', 0),
  'socket-mark-id': fixed('0'),
  'stop-writes-on-bgsave-error': yesNo('yes'),
  'stream-node-max-bytes': memory('4096'),
  'stream-node-max-entries': integer('100', 0),
  'syslog-enabled': fixed('no'),
  'syslog-facility': fixed('local0'),
  'syslog-ident': fixed('redis'),
  'tcp-backlog': fixed('511'),
  'tcp-keepalive': integer('300', 0, int),
  timeout: integer('0', 0, int),
  'tracking-table-max-keys': integer('1000000', 0),
  'zset-max-listpack-entries': integer('128', 0),
  'zset-max-listpack-value': memory('64'),
  'zset-max-ziplist-entries': integer('128', 0),
  'zset-max-ziplist-value': memory('64'),
};

const unit = /^(\d+)(b|k|kb|m|mb|g|gb)?$/i;
const factors: Readonly<Record<string, bigint>> = {
  '': 1n,
  b: 1n,
  k: 10n ** 3n,
  kb: 2n ** 10n,
  m: 10n ** 6n,
  mb: 2n ** 20n,
  g: 10n ** 9n,
  gb: 2n ** 30n,
};

/** Bytes of a memory value of redis.conf, in which 1k is 1000 and 1kb is 1024 (memtoull in util.c). Undefined for anything else. */
export function redisBytes(value: string): bigint | undefined {
  const [, amount, suffix = ''] = unit.exec(value) ?? [];
  const factor = factors[suffix.toLowerCase()];
  return amount === undefined || factor === undefined ? undefined : BigInt(amount) * factor;
}

/** Two names of one setting: CONFIG REWRITE writes the first one, and CONFIG GET and SET know both (config.c). */
const namesOfOne: readonly (readonly [string, string])[] = [
  ['busy-reply-threshold', 'lua-time-limit'],
  ['hash-max-listpack-entries', 'hash-max-ziplist-entries'],
  ['hash-max-listpack-value', 'hash-max-ziplist-value'],
  ['list-max-listpack-size', 'list-max-ziplist-size'],
  ['repl-ping-replica-period', 'repl-ping-slave-period'],
  ['replica-ignore-maxmemory', 'slave-ignore-maxmemory'],
  ['replica-lazy-flush', 'slave-lazy-flush'],
  ['replica-read-only', 'slave-read-only'],
  ['zset-max-listpack-entries', 'zset-max-ziplist-entries'],
  ['zset-max-listpack-value', 'zset-max-ziplist-value'],
];

/** The other name of a setting; undefined if it has one name only. */
export function otherNameOf(name: string): string | undefined {
  const pair = namesOfOne.find((names) => names.includes(name));
  return pair?.find((one) => one !== name);
}

/** Settings of later and earlier versions whose names resemble those of 7.0. */
export const settingsOfOtherVersions: ReadonlySet<string> = new Set([
  'active-defrag-cycle-us',
  'list-max-ziplist-entries',
  'list-max-ziplist-value',
  'locale-collate',
  'set-max-listpack-entries',
  'set-max-listpack-value',
]);

/** What a value would have to be, in words; undefined if nothing here speaks against it. Redis may refuse it for other reasons. */
export function expectedOf(name: string, value: string): string | undefined {
  const setting = Object.hasOwn(redisSettingTypes, name) ? redisSettingTypes[name] : undefined;
  switch (setting?.type) {
    case 'yes or no':
      return /^(yes|no)$/i.test(value) ? undefined : 'yes or no';
    case 'one of':
      return setting.values.includes(value.toLowerCase()) || isOneOfMore(name, value)
        ? undefined
        : `one of ${setting.values.join(', ')}`;
    case 'integer': {
      const number = /^-?\d{1,18}$/.test(value) ? Number(value) : Number.NaN;
      if (number >= setting.min && number <= (setting.max ?? Number.MAX_SAFE_INTEGER)) return undefined;
      return setting.max === undefined
        ? `a number from ${setting.min} on`
        : `a number from ${setting.min} to ${setting.max}`;
    }
    case 'memory':
      if ((redisBytes(value) ?? -1n) >= BigInt(setting.min) || (setting.percent && /^(100|\d?\d)%$/.test(value)))
        return undefined;
      if (setting.percent) return 'bytes, such as 64mb, or a percentage, such as 5%';
      return setting.min > 1 ? `at least ${setting.min} bytes, such as 64mb` : 'bytes, such as 64mb';
    case 'text':
      return textOf(name, value);
    default:
      return undefined;
  }
}

/** Values that only later versions know, and several of the values at once where they are flags. */
function isOneOfMore(name: string, value: string): boolean {
  if (name === 'loglevel') return value.toLowerCase() === 'nothing';
  return /^shutdown-on-sig/.test(name) && /^(save|nosave|now|force)( (save|nosave|now|force))+$/i.test(value);
}

/** Settings with a syntax of their own. */
function textOf(name: string, value: string): string | undefined {
  const words = value.split(/\s+/).filter(Boolean);
  switch (name) {
    case 'notify-keyspace-events':
      return /^[Ag$lshzxeKEtmdn]*$/.test(value) ? undefined : 'letters of Ag$lshzxeKEtmdn';
    case 'save':
      return words.length % 2 === 0 &&
        words.every((word, index) => /^\d{1,9}$/.test(word) && (index % 2 === 1 || Number(word) > 0))
        ? undefined
        : 'pairs of seconds and changes, such as 3600 1 300 100; empty for none';
    case 'oom-score-adj-values':
      return words.length === 3 && words.every((word) => /^-?\d{1,4}$/.test(word) && Math.abs(Number(word)) <= 2000)
        ? undefined
        : 'three numbers from -2000 to 2000';
    case 'client-output-buffer-limit':
      return words.length > 0 && words.length % 4 === 0 && words.every(isPartOfLimit)
        ? undefined
        : 'for each class, such as: replica 256mb 64mb 60 (hard limit, soft limit, seconds)';
    default:
      return undefined;
  }
}

function isPartOfLimit(word: string, index: number): boolean {
  if (index % 4 === 0) return /^(normal|replica|slave|pubsub)$/i.test(word);
  return index % 4 === 3 ? /^\d{1,9}$/.test(word) : redisBytes(word) !== undefined;
}
