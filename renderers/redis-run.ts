import type { Member, Tenant } from '../crds/fleet.ts';
import { header } from './header.ts';
import { fence } from './redis-fence.ts';
import { lines, sh } from './shell.ts';
import { joined, type Text, text } from './text.ts';

/** Where the scripts find things; inside a container always the same. */
export interface Layout {
  readonly conf: string;
  readonly data: string;
  /** A private folder on tmpfs. */
  readonly scratch: string;
}

export const inContainer: Layout = { conf: '/etc/redis', data: '/var/lib/redis', scratch: '/run/redis-fence' };

type Wanted = Pick<Tenant, 'members' | 'masterName' | 'redis' | 'sentinel'>;

/**
 * The script that PID 1 of a member runs to start its Redis: a fence. It starts Redis as replica of whom a strict majority of
 * the tenant's Sentinels names, as master only when nobody else can be, or not at all. Rules and times: redis-fence.ts.
 */
export function redisRun(tenant: Wanted, member: Pick<Member, 'address'>, layout: Layout = inContainer): Text {
  const { hold, patience } = fenceSeconds(tenant);
  const facts = lines([
    sh`conf=${layout.conf} data=${layout.data} scratch=${layout.scratch}`,
    sh`me=${member.address} port=${tenant.redis.port} sentinel_port=${tenant.sentinel.port} master_name=${tenant.masterName}`,
    sh`set -- ${tenant.members.map((one) => one.address)}`,
    sh`majority=${Math.floor(tenant.members.length / 2) + 1}`,
    sh`hold=${hold} patience=${patience}`,
    sh`durable=${tenant.redis.appendonly ? 'yes' : 'no'}`,
  ]);
  return joined(['#!/bin/sh\n', header, facts, fence(startAs), '\n']);
}

/** What the fence says on redis-cli's standard input before all else, so that the password is in no process's arguments. */
export function authFile({ password }: Pick<Tenant, 'password'>): Text {
  return text`AUTH "${password}"\n`;
}

/**
 * Seconds that a member which is named master waits for the Sentinels to promote another: the time in which they find it down
 * and a first failover ends one way or the other, and a reserve. And seconds that a replica with data waits for a silent
 * master: long enough for that master to come through its own hold and to load its data.
 */
export function fenceSeconds({ sentinel }: Pick<Tenant, 'sentinel'>): {
  readonly hold: number;
  readonly patience: number;
} {
  const hold = Math.ceil((sentinel.downAfterMs + sentinel.failoverTimeoutMs) / 1000) + 5;
  return { hold, patience: 2 * hold + 10 };
}

/** Shell functions: `own FILE` gives the daemon its file, `as_redis CMD…` becomes the daemon. Root steps down to user redis. */
export const startAs = `own() {
  [ "$(id -u)" = 0 ] || return 0
  # Sticky: Redis may rewrite its own files here, and cannot replace those that run as root.
  chown root:redis "$conf" && chmod 1770 "$conf" && chown redis:redis "$@" && chmod 0600 "$1"
}
as_redis() {
  if [ "$(id -u)" = 0 ]; then exec setpriv --reuid=redis --regid=redis --init-groups -- "$@"; fi
  exec "$@"
}`;
