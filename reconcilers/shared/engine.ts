import type { Engine } from '../facts/engine.ts';

/** `Redis 7.0.15` */
export function engineText({ name, version }: Engine): string {
  return `${name === 'valkey' ? 'Valkey' : 'Redis'} ${version}`;
}

/**
 * Whether `reader` can read the data that `writer` writes: an RDB, as a replica receives it, or as it is on a disk. Undefined: not known, as one
 * of them is not in the table. An engine refuses an RDB of a later version than its own (rdb.c, "Can't handle RDB format version").
 */
export function canRead(reader: Engine, writer: Engine): boolean | undefined {
  if (reader.name === writer.name && minorOf(reader) === minorOf(writer)) return true;
  const [own, other] = [rdbVersion(reader), rdbVersion(writer)];
  if (own === undefined || other === undefined) return undefined;
  // Valkey 9 counts on from 80, and refuses what only Redis writes, from 12 on.
  return own < firstOfValkey ? other <= own : other <= lastCommon || (other >= firstOfValkey && other <= own);
}

const lastCommon = 11;
const firstOfValkey = 80;

/** RDB_VERSION in rdb.h of the stable versions, by engine, major and minor number. */
const rdbVersions: Readonly<Record<string, number>> = {
  'redis 5.0': 9,
  'redis 6.0': 9,
  'redis 6.2': 9,
  'redis 7.0': 10,
  'redis 7.2': 11,
  'redis 7.4': 12,
  'redis 8.0': 12,
  'redis 8.2': 12,
  'redis 8.4': 12,
  'redis 8.6': 13,
  'redis 8.8': 14,
  'valkey 7.2': 11,
  'valkey 8.0': 11,
  'valkey 8.1': 11,
  'valkey 9.0': 80,
};

/** The version of the RDB that it writes; undefined if it is not known. */
function rdbVersion(engine: Engine): number | undefined {
  return rdbVersions[`${engine.name} ${minorOf(engine)}`];
}

/** `7.0` of `7.0.15` */
function minorOf({ version }: Engine): string {
  return version.split('.').slice(0, 2).join('.');
}
