import type { Member, Tenant } from '../../crds/fleet.ts';
import type { Secret } from '../../crds/secret.ts';
import { type Text, text } from '../lib/text.ts';
import { acceptBoth } from './redis-conf.ts';

type Wanted = Pick<Tenant, 'masterName' | 'redis' | 'sentinel' | 'password' | 'previousPassword'>;

/**
 * The first sentinel.conf; from then on Sentinel owns the file and rewrites it. `master` is the one that it monitors at first: the tenant's
 * initial master, or the one that the majority names. `epoch`: at which the remaining Sentinels name it, if they are no majority. A new
 * Sentinel would otherwise learn the epoch only through that Redis, which may wait for a majority to start. `toOthers`: the password that
 * it sends to Redis and to other Sentinels, if that is not the declared one yet.
 */
export function sentinelConf(
  tenant: Wanted,
  member: Pick<Member, 'address'>,
  master: Pick<Member, 'address'>,
  epoch = 0,
  toOthers: Secret = tenant.password,
): Text {
  const { masterName: name, redis, sentinel, password } = tenant;
  return text`# Managed by ec2-redis-operator until its Sentinel first starts; then Sentinel rewrites it.
port ${sentinel.port}
bind ${member.address} 127.0.0.1
protected-mode no
dir /tmp
requirepass "${password}"
sentinel sentinel-pass ${toOthers}
sentinel resolve-hostnames no
sentinel announce-ip ${member.address}
sentinel announce-port ${sentinel.port}
sentinel monitor ${name} ${master.address} ${redis.port} ${sentinel.quorum}
sentinel auth-pass ${name} ${toOthers}
sentinel down-after-milliseconds ${name} ${sentinel.downAfterMs}
sentinel failover-timeout ${name} ${sentinel.failoverTimeoutMs}
sentinel parallel-syncs ${name} ${sentinel.parallelSyncs}
${epoch ? `sentinel config-epoch ${name} ${epoch}\n` : ''}${acceptBoth(tenant)}`;
}
