import { type Check, fault, type TenantEntry } from '../declared.ts';
import type { Issue } from '../issue.ts';
import { bytes, millis } from '../quantity.ts';

/** Settings that the operator writes itself, or that would take a server out of its hands; what to use instead. */
const OWNED: Readonly<Record<string, string>> = {
  requirepass: 'use auth.passwordFrom',
  masterauth: 'use auth.passwordFrom',
  masteruser: 'use auth.passwordFrom',
  user: 'use auth.passwordFrom',
  aclfile: 'use auth.passwordFrom',
  replicaof: 'Sentinel alone decides who is master',
  slaveof: 'Sentinel alone decides who is master',
  'replica-priority': 'Sentinel alone decides who is master',
  'slave-priority': 'Sentinel alone decides who is master',
  'replica-serve-stale-data': 'remove it',
  port: 'use redis.port',
  bind: "it follows from the member's address",
  'bind-source-addr': "it follows from the member's address",
  maxmemory: 'use redis.maxmemory',
  appendonly: 'use redis.appendonly',
};
const OWNED_PLAIN =
  'dir include loadmodule rename-command daemonize supervised pidfile logfile unixsocket unixsocketperm protected-mode dbfilename appendfilename appenddirname cluster-enabled sentinel';
const OWNED_PREFIXES: readonly (readonly [string, string])[] = [
  ['min-replicas-', 'use redis.minReplicasToWrite and redis.minReplicasMaxLag'],
  ['min-slaves-', 'use redis.minReplicasToWrite and redis.minReplicasMaxLag'],
  ['replica-announce', "it follows from the member's address"],
  ['slave-announce', "it follows from the member's address"],
  ['tls-', 'remove it: members speak plain TCP within their own VLAN'],
  ['cluster-', 'remove it: Redis Cluster and Sentinel exclude each other'],
  ['enable-', 'remove it: debug, module and protected commands stay off'],
];

/** What one tenant's settings say of each other. */
export const redis: Check = (declared) => [
  ...declared.tenants.flatMap(ownedSettings),
  ...declared.tenants.flatMap(memory),
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
        issue(`${JSON.stringify(name)} is not the name of a setting`, 'write it as redis.conf does, in lower case'),
      ];
    }
    const instead = insteadOf(name);
    return instead === undefined ? [] : [issue(`${name} is not for config: the operator sets or forbids it`, instead)];
  });
}

function insteadOf(name: string): string | undefined {
  if (Object.hasOwn(OWNED, name)) return OWNED[name];
  if (OWNED_PLAIN.split(' ').includes(name)) return 'remove it';
  return OWNED_PREFIXES.find(([prefix]) => name.startsWith(prefix))?.[1];
}

function memory(tenant: TenantEntry): readonly Issue[] {
  const { redis, resources } = tenant.body.spec;
  const [limit, used] = [bytes(resources.memory), bytes(redis.maxmemory ?? '')];
  if (limit === undefined || used === undefined || used < limit) return [];
  const problem = `maxmemory ${redis.maxmemory} is not below the member's memory limit ${resources.memory}, so the kernel would kill Redis first`;
  return [
    fault(
      tenant,
      ['spec', 'redis', 'maxmemory'],
      problem,
      'leave it out for half of resources.memory, or raise resources.memory',
    ),
  ];
}

function replicasToWrite(tenant: TenantEntry): readonly Issue[] {
  const { redis, members } = tenant.body.spec;
  if (redis.minReplicasToWrite < members.length) return [];
  const problem = `${members.length} members have ${members.length - 1} replicas, and writes would need ${redis.minReplicasToWrite}`;
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
  return [fault(tenant, ['spec', 'sentinel', 'quorum'], problem, `leave it out for ${majority}, or ${range}`)];
}

function timings(tenant: TenantEntry): readonly Issue[] {
  const given = tenant.body.spec.sentinel.timings;
  const [down, failover] = [millis(given?.downAfter ?? ''), millis(given?.failoverTimeout ?? '')];
  if (down === undefined || failover === undefined || failover > down) return [];
  const problem = `failoverTimeout ${given?.failoverTimeout} is not longer than downAfter ${given?.downAfter}`;
  return [fault(tenant, ['spec', 'sentinel', 'timings', 'failoverTimeout'], problem, 'use about ten times downAfter')];
}
