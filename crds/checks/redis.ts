import type { Issue } from '../issue.ts';
import { type Check, fault, type TenantEntry } from '../load/declared.ts';
import { millis } from '../schema/quantity.ts';

/** Settings that the operator manages or that would break its management, and what to use instead. */
const OWNED: Readonly<Record<string, string>> = {
  requirepass: 'use auth.passwordFrom',
  masterauth: 'use auth.passwordFrom',
  masteruser: 'use auth.passwordFrom',
  user: 'use auth.passwordFrom',
  aclfile: 'use auth.passwordFrom',
  replicaof: 'remove it: Sentinel decides who is master',
  slaveof: 'remove it: Sentinel decides who is master',
  'replica-priority': 'remove it: Sentinel decides who is master',
  'slave-priority': 'remove it: Sentinel decides who is master',
  'replica-serve-stale-data': 'remove it',
  'slave-serve-stale-data': 'remove it',
  port: 'use redis.port',
  bind: "it is derived from the member's address",
  'bind-source-addr': "it is derived from the member's address",
  maxmemory: 'use redis.maxmemory',
  appendonly: 'use redis.appendonly',
};
const OWNED_PLAIN =
  'dir include loadmodule rename-command daemonize supervised pidfile logfile unixsocket unixsocketperm protected-mode dbfilename appendfilename appenddirname cluster-enabled sentinel';
const OWNED_PREFIXES: readonly (readonly [string, string])[] = [
  ['min-replicas-', 'use redis.minReplicasToWrite and redis.minReplicasMaxLag'],
  ['min-slaves-', 'use redis.minReplicasToWrite and redis.minReplicasMaxLag'],
  ['replica-announce', "it is derived from the member's address"],
  ['slave-announce', "it is derived from the member's address"],
  ['tls-', 'remove it: members use plain TCP within their own VLAN'],
  ['cluster-', 'remove it: Redis Cluster and Sentinel exclude each other'],
  ['enable-', 'remove it: debug, module and protected commands stay off'],
];

/** Relations between the settings of one tenant. */
export const redis: Check = (declared) => [
  ...declared.tenants.flatMap(ownedSettings),
  ...declared.tenants.flatMap(replicasToWrite),
  ...declared.tenants.flatMap(quorum),
  ...declared.tenants.flatMap(timings),
];

function ownedSettings(tenant: TenantEntry): readonly Issue[] {
  return Object.keys(tenant.body.spec.redis.config).flatMap((name) => {
    const path = ['spec', 'redis', 'config', name];
    const place = tenant.places.key(path);
    const issue = (problem: string, remedy: string): Issue => ({
      ...fault(tenant, path, problem, remedy),
      line: place.line,
      column: place.column,
    });
    if (!/^[a-z][a-z0-9_-]*$/.test(name)) {
      return [
        issue(`${JSON.stringify(name)} is not the name of a setting`, 'write it as in redis.conf, in lower case'),
      ];
    }
    const instead = insteadOf(name);
    return instead === undefined
      ? []
      : [issue(`${name} is not allowed in config: the operator sets or forbids it`, instead)];
  });
}

/** What to use instead of a setting that the operator manages or forbids; undefined if `config` may contain it. */
export function insteadOf(name: string): string | undefined {
  if (Object.hasOwn(OWNED, name)) return OWNED[name];
  if (OWNED_PLAIN.split(' ').includes(name)) return 'remove it';
  return OWNED_PREFIXES.find(([prefix]) => name.startsWith(prefix))?.[1];
}

function replicasToWrite(tenant: TenantEntry): readonly Issue[] {
  const { redis, members } = tenant.body.spec;
  if (redis.minReplicasToWrite < members.length) return [];
  const problem = `${members.length} members have ${members.length - 1} replicas, and writes would require ${redis.minReplicasToWrite}`;
  return [
    fault(
      tenant,
      ['spec', 'redis', 'minReplicasToWrite'],
      problem,
      `use at most ${members.length - 1}; 1 is the default`,
    ),
  ];
}

function quorum(tenant: TenantEntry): readonly Issue[] {
  const { members, sentinel } = tenant.body.spec;
  const majority = Math.floor(members.length / 2) + 1;
  if (sentinel.quorum === undefined || (sentinel.quorum >= majority && sentinel.quorum <= members.length)) return [];
  const problem = `a quorum of ${sentinel.quorum} is ${sentinel.quorum < majority ? 'no majority' : 'more than all'} of ${members.length} Sentinels`;
  const range = `use a number from ${majority} to ${members.length}`;
  return [fault(tenant, ['spec', 'sentinel', 'quorum'], problem, `omit it for ${majority}, or ${range}`)];
}

function timings(tenant: TenantEntry): readonly Issue[] {
  const given = tenant.body.spec.sentinel.timings;
  const [down, failover] = [millis(given?.downAfter ?? ''), millis(given?.failoverTimeout ?? '')];
  if (down === undefined || failover === undefined || failover > down) return [];
  const problem = `failoverTimeout ${given?.failoverTimeout} is not longer than downAfter ${given?.downAfter}`;
  return [fault(tenant, ['spec', 'sentinel', 'timings', 'failoverTimeout'], problem, 'use about ten times downAfter')];
}
