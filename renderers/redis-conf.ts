import type { Member, Tenant } from '../crds/fleet.ts';
import { header } from './header.ts';
import { joined, type Text, text } from './text.ts';

type Wanted = Pick<Tenant, 'redis' | 'password'>;

/** Where Redis keeps its data inside a member's container. */
export const dataFolder = '/var/lib/redis';

/** What a member's Redis is to have, by redis.conf's own names and in the values that CONFIG GET shows. No secret is in it. */
export function redisSettings({ redis }: Wanted, { address }: Pick<Member, 'address'>): ReadonlyMap<string, string> {
  return new Map([
    ['bind', `${address} 127.0.0.1`],
    ['port', String(redis.port)],
    ['protected-mode', 'yes'],
    ['dir', dataFolder],
    ['appendonly', redis.appendonly ? 'yes' : 'no'],
    ['maxmemory', String(redis.maxmemoryBytes)],
    ['min-replicas-to-write', String(redis.minReplicasToWrite)],
    ['min-replicas-max-lag', String(redis.minReplicasMaxLagSeconds)],
    // Pinned, so that what Sentinel and HAProxy know a member by never follows from a route.
    ['replica-announce-ip', address],
    ['replica-announce-port', String(redis.port)],
    ...Object.entries(redis.config),
  ]);
}

/** redis.conf. It says nothing of who is master: Redis writes `replicaof` into it, and the fence takes it out before a start. */
export function redisConf(tenant: Wanted, member: Pick<Member, 'address'>): Text {
  const settings = [...redisSettings(tenant, member)].map(([name, value]) => `${name} ${argumentsOf(name, value)}\n`);
  const { password } = tenant;
  return joined([header, ...settings, text`requirepass "${password}"\nmasterauth "${password}"\n`]);
}

/** Settings that take several words; of all others the whole value is one. */
export const severalWords: ReadonlySet<string> = new Set([
  'bind',
  'client-output-buffer-limit',
  'latency-tracking-info-percentiles',
  'oom-score-adj-values',
  'save',
]);

/**
 * A password that Sentinel can carry: it writes auth-pass back unquoted (sentinel.c, rewriteConfigSentinelOption), so that a
 * space or a quote in it would keep it from starting again. The same text is then safe inside double quotes.
 */
export function fitPassword(value: string): boolean {
  return /^[!#-&(-[\]-~]+$/.test(value);
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
