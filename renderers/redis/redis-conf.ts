import type { Member, Tenant } from '../../crds/fleet.ts';
import { outputBufferLimits, outputBufferText } from '../../crds/schema/output-buffers.ts';
import { redisSettingTypes } from '../../crds/schema/redis-settings.ts';
import { Secret } from '../../crds/secret.ts';
import { header } from '../lib/header.ts';
import { digest, joined, type Text, text } from '../lib/text.ts';

const outputBufferLimit = 'client-output-buffer-limit';

type Wanted = Pick<Tenant, 'redis' | 'password' | 'previousPassword'>;

/** Where Redis keeps its data inside a member's container. */
export const dataFolder = '/var/lib/redis';

/** Values that are kept in place of the declared ones, by the names of their settings. */
export type Kept = ReadonlyMap<string, string>;

/** The settings of a member's Redis, by their names in redis.conf, with the values that CONFIG GET shows. Without secrets. */
export function redisSettings(
  { redis }: Wanted,
  { address }: Pick<Member, 'address'>,
  kept: Kept = new Map(),
): ReadonlyMap<string, string> {
  return new Map([
    ['bind', `${address} 127.0.0.1`],
    ['port', String(redis.port)],
    ['protected-mode', 'yes'],
    ['dir', dataFolder],
    ['appendonly', redis.appendonly ? 'yes' : 'no'],
    ['maxmemory', String(redis.maxmemoryBytes)],
    ['repl-backlog-size', String(redis.backlogBytes)],
    ['min-replicas-to-write', String(redis.minReplicasToWrite)],
    ['min-replicas-max-lag', String(redis.minReplicasMaxLagSeconds)],
    // Fixed, so that the address by which Sentinel and HAProxy know a member never depends on a route.
    ['replica-announce-ip', address],
    ['replica-announce-port', String(redis.port)],
    ...Object.entries(redis.config),
    ['client-output-buffer-limit', outputBuffers(redis)],
    ...kept,
  ]);
}

/** For every class, so that a class that is not declared any more returns to its default. */
function outputBuffers({ replicaBufferBytes, config }: Tenant['redis']): string {
  const limits = outputBufferLimits(redisSettingTypes[outputBufferLimit]?.default ?? '');
  const replica = { hardBytes: replicaBufferBytes, softBytes: 0, softSeconds: 0 };
  const declared = outputBufferLimits(config[outputBufferLimit] ?? '');
  return outputBufferText(new Map([...limits, ['replica', replica], ...declared]));
}

/**
 * redis.conf. `toMaster`: the password that it sends to its master, if that is not the declared one yet. It does not say who is master: Redis writes `replicaof` to it, and the start guard removes that before a start.
 */
export function redisConf(
  tenant: Wanted,
  member: Pick<Member, 'address'>,
  kept?: Kept,
  toMaster: Secret = tenant.password,
): Text {
  const settings = [...redisSettings(tenant, member, kept)].flatMap(([name, value]) =>
    linesOf(name, value).map((line) => `${name} ${argumentsOf(name, line)}\n`),
  );
  const { password } = tenant;
  return joined([
    header,
    ...settings,
    text`requirepass "${password}"\nmasterauth "${toMaster}"\n`,
    text`${acceptBoth(tenant)}`,
  ]);
}

/**
 * The line with which Redis and Sentinel accept the previous password too, as they write it themselves: passwords by their SHA-256. It
 * takes the place of `requirepass` (ACLLoadConfiguredUsers in acl.c). Nothing if there is no previous one.
 */
export function acceptBoth({ password, previousPassword }: Pick<Wanted, 'password' | 'previousPassword'>): Text {
  if (!previousPassword) return text``;
  const sums = [password, previousPassword].map((one) => new Secret(one.reference, `#${digest(one.reveal())}`));
  return text`user default on ${joined(sums.flatMap((sum) => [sum, ' ']))}~* &* +@all\n`;
}

/** Settings with several arguments; all others have one. */
export const severalWords: ReadonlySet<string> = new Set([
  'bind',
  'client-output-buffer-limit',
  'latency-tracking-info-percentiles',
  'oom-score-adj-values',
  'save',
]);

/**
 * A password that Sentinel supports: it writes auth-pass back without quotes (sentinel.c, rewriteConfigSentinelOption), so that with a
 * space or a quote it could not start again. Such a password is also safe inside double quotes.
 */
export function fitPassword(value: string): boolean {
  return /^[!#-&(-[\]-~]+$/.test(value);
}

/** Redis 6.2 reads the limit of one class from a line. */
function linesOf(name: string, value: string): readonly string[] {
  return name === outputBufferLimit ? (value.match(/\S+ \S+ \S+ \S+/g) ?? []) : [value];
}

function argumentsOf(name: string, value: string): string {
  if (!severalWords.has(name) || value === '') return quoted(value);
  return value.split(/\s+/).map(quoted).join(' ');
}

/** One argument as config.c reads it back (sdssplitargs). */
function quoted(value: string): string {
  if (/^[A-Za-z0-9_./:@%+,=*-]+$/.test(value)) return value;
  return `"${value.replace(/["\\]/g, (character) => `\\${character}`)}"`;
}
