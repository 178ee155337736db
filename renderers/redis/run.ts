import type { Member, Tenant } from '../../crds/fleet.ts';
import { header } from '../lib/header.ts';
import { lines, sh } from '../lib/shell.ts';
import { joined, type Text, text } from '../lib/text.ts';
import { startGuard } from './start-guard.ts';

/** The directories of the scripts; inside a container they are always the same. */
export interface Layout {
  readonly conf: string;
  readonly data: string;
  /** A private directory on tmpfs. */
  readonly scratch: string;
}

export const inContainer: Layout = { conf: '/etc/redis', data: '/var/lib/redis', scratch: '/run/redis-start-guard' };

type Wanted = Pick<Tenant, 'members' | 'masterName' | 'redis' | 'sentinel'>;

/**
 * The script that PID 1 of a member runs to start its Redis: the start guard. It starts Redis as a replica of the master that a strict
 * majority of the tenant's Sentinels names, as master only if no other member can be, or not at all. Rules and times: start-guard.ts.
 */
export function redisRun(tenant: Wanted, member: Pick<Member, 'address'>, layout: Layout = inContainer): Text {
  const { hold, grace } = guardSeconds(tenant);
  const facts = lines([
    sh`conf=${layout.conf} data=${layout.data} scratch=${layout.scratch}`,
    sh`me=${member.address} port=${tenant.redis.port} sentinel_port=${tenant.sentinel.port} master_name=${tenant.masterName}`,
    sh`set -- ${tenant.members.map((one) => one.address)}`,
    sh`majority=${Math.floor(tenant.members.length / 2) + 1}`,
    sh`hold=${hold} grace=${grace}`,
    sh`durable=${tenant.redis.appendonly ? 'yes' : 'no'}`,
  ]);
  return joined(['#!/bin/sh\n', header, facts, startGuard(startAs), '\n']);
}

/** The first input of the start guard to the command-line client, so that the password is in no argument list. */
export function authFile({ password }: Pick<Tenant, 'password'>): Text {
  return text`AUTH "${password}"\n`;
}

/**
 * `hold`: seconds that a member which is named master waits for the Sentinels to promote another one: the time in which they notice that
 * it is down and complete a first failover, and a reserve. `grace`: seconds that a replica with data waits for a master that does not
 * answer: enough for that master to wait for its own `hold` and to load its data.
 */
export function guardSeconds({ sentinel }: Pick<Tenant, 'sentinel'>): {
  readonly hold: number;
  readonly grace: number;
} {
  const hold = Math.ceil((sentinel.downAfterMs + sentinel.failoverTimeoutMs) / 1000) + 5;
  return { hold, grace: 2 * hold + 10 };
}

/**
 * Shell functions: `own FILE` gives the daemon its file, `as_redis CMD…` becomes the daemon. Root switches to the user of the engine's
 * package. Which engine it is, is read from the container: `engine` is the beginning of the names of its programs. The directories are the
 * member's own, and have the same names with every engine.
 */
export const startAs = `engine=redis user=redis
if command -v valkey-server >/dev/null; then
  engine=valkey
  if id -u valkey >/dev/null 2>&1; then user=valkey; fi
fi
own() {
  [ "$(id -u)" = 0 ] || return 0
  # Sticky: Redis may rewrite its own files here, but cannot replace those that root runs.
  chown "root:$user" "$conf" && chmod 1770 "$conf" && chown "$user:$user" "$@" && chmod 0600 "$1"
}
as_redis() {
  if [ "$(id -u)" = 0 ]; then exec setpriv --reuid="$user" --regid="$user" --init-groups -- "$@"; fi
  exec "$@"
}`;
