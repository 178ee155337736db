import type { Member, Tenant } from '../../../crds/fleet.ts';
import { digest } from '../../../renderers/lib/text.ts';
import { redisSettings } from '../../../renderers/redis/redis-conf.ts';
import type { EngineName } from '../engine.ts';
import type { RespEndpoint, RespProbe, RespReply } from '../fact.ts';
import { denied, present, unknown } from '../observation.ts';
import { acceptedBy, fieldsOf, getUser, infoOf, isAtMaxclients, isError } from '../resp-replies.ts';

/** The state of a member's Redis, from INFO and CONFIG GET. The words "err" and "ok" are those of INFO. */
export interface RedisFacts {
  readonly role: 'master' | 'slave';
  /** Of a replica: its master. */
  readonly master: { readonly address: string; readonly port: number } | undefined;
  readonly linkUp: boolean;
  readonly syncing: boolean;
  /** Of a replica: seconds since the link went down. Undefined while it is up, and if it was never up (Redis reports -1). */
  readonly linkDownSeconds: number | undefined;
  readonly offset: number;
  /** Of a master: replicas that are online and within min-replicas-max-lag; undefined if min-replicas-to-write is 0. */
  readonly goodReplicas: number | undefined;
  /** Of a master, with the address that each announced when its link came up. */
  readonly replicas: readonly ListedReplica[];
  readonly runId: string;
  readonly engine: EngineName;
  /** Of that engine: `7.0.15`. Valkey also reports the version of Redis that it is compatible with, which is not this one. */
  readonly version: string;
  readonly uptimeSeconds: number;
  readonly loading: boolean;
  /** With an append-only file: it is complete, and is not being rewritten. Always true without one. */
  readonly onDisk: boolean;
  /** What it last failed to write: an RDB (rdb_last_bgsave_status), the append-only file (aof_last_write_status). */
  readonly notSaved: readonly ('RDB' | 'append-only file')[];
  readonly memory: RedisMemory;
  /** Of all databases; undefined if INFO was refused. */
  readonly keys: number | undefined;
  /** Numbers of the databases that have keys; undefined if INFO was refused. */
  readonly databases: readonly number[] | undefined;
  /** How many of them have a time to live. */
  readonly expiringKeys: number | undefined;
  /** Open connections: of clients, Sentinels, checks and replicas. */
  readonly connections: number;
  /** By the names of CONFIG GET. A name that this Redis does not support is left out. */
  readonly settings: Readonly<Record<string, string>>;
  /** SHA-256 of the password that it sends to its master. Undefined if CONFIG GET is refused. */
  readonly masterauth: string | undefined;
  /** SHA-256 of each password that it accepts, as ACL GETUSER shows them. Undefined if that is refused. */
  readonly accepted: readonly string[] | undefined;
  /** The error with which it refuses CONFIG GET; then its settings are unknown. */
  readonly settingsRefused: string | undefined;
}

export interface ListedReplica {
  readonly address: string;
  readonly port: number;
  readonly state: string;
  readonly lag: number;
}

/** Memory of a Redis in bytes: used, and its limit (0: none); and what it evicts when it is full. */
export interface RedisMemory {
  readonly usedBytes: number;
  /** Part of it that does not count towards the limit: buffers of replicas and of the append-only file (mem_not_counted_for_evict). */
  readonly notCountedBytes: number;
  /** Part of it that Redis used before it had any data. */
  readonly startupBytes: number;
  readonly maxBytes: number;
  readonly policy: string;
}

interface Args {
  readonly endpoint: RespEndpoint;
  /** Names of the settings to read. Never one that contains a password. */
  readonly settings: readonly string[];
}

export const redis: RespProbe<Args, RedisFacts> = {
  via: 'resp',
  endpoint: ({ endpoint }) => endpoint,
  commands: ({ settings }) => [
    ['INFO', 'server'],
    ['INFO', 'replication'],
    ['INFO', 'persistence'],
    ['INFO', 'memory'],
    ['INFO', 'clients'],
    ['INFO', 'keyspace'],
    getUser,
    ...settings.map((name) => ['CONFIG', 'GET', name]),
    // No file shows what CONFIG SET has changed. The value is hashed when it is read, and goes no further.
    ['CONFIG', 'GET', 'masterauth'],
  ],
  read: (replies) => {
    const [server, replication, persistence, memory, clients, keyspace, user, ...settings] = replies;
    if (isError(server))
      return isAtMaxclients(server.error) ? denied(server.error, 'maxclients') : unknown(server.error);
    const info = new Map([
      ...infoOf(server),
      ...infoOf(replication),
      ...infoOf(persistence),
      ...infoOf(memory),
      ...infoOf(clients),
    ]);
    const { masterauth, ...values } = Object.fromEntries(settings.flatMap((reply) => [...fieldsOf(reply)]));
    const role = info.get('role');
    if (role !== 'master' && role !== 'slave') return unknown('INFO has no role');
    return present({
      role,
      ...replicationOf(info, role),
      runId: info.get('run_id') ?? '',
      engine: info.has('valkey_version') ? 'valkey' : 'redis',
      version: info.get('valkey_version') ?? info.get('redis_version') ?? '',
      uptimeSeconds: Number(info.get('uptime_in_seconds') ?? 0),
      loading: info.get('loading') === '1',
      onDisk: onDiskBy(info),
      notSaved: notSavedBy(info),
      memory: {
        usedBytes: Number(info.get('used_memory') ?? 0),
        notCountedBytes: Number(info.get('mem_not_counted_for_evict') ?? 0),
        startupBytes: Number(info.get('used_memory_startup') ?? 0),
        maxBytes: Number(info.get('maxmemory') ?? 0),
        policy: info.get('maxmemory_policy') ?? '',
      },
      keys: keysOf(keyspace, 'keys'),
      databases: databasesOf(keyspace),
      expiringKeys: keysOf(keyspace, 'expires'),
      connections: Number(info.get('connected_clients') ?? 0) + Number(info.get('connected_slaves') ?? 0),
      settings: values,
      masterauth: masterauth === undefined ? undefined : digest(masterauth),
      accepted: acceptedBy(user),
      settingsRefused: settings.find(isError)?.error,
    });
  },
};

/** Settings that CONFIG REWRITE spreads over several lines of redis.conf, so that they can be read from the server only. */
export const spreadOverLines: ReadonlySet<string> = new Set(['save', 'client-output-buffer-limit']);

/** What a change of these would do to the tenant is judged first, so that they are read whether they are declared or not. */
const judged = ['maxmemory-policy', 'maxclients'] as const;

/** The fact request for one member's Redis. Every component uses this one, so that it is read once. */
export function redisFact(tenant: Tenant, member: Member): { readonly fact: 'redis' } & Args {
  const settings = [
    ...new Set([...redisSettings(tenant, member).keys(), ...spreadOverLines, ...judged, 'replica-priority']),
  ];
  return { fact: 'redis', endpoint: endpointOf(tenant, member, tenant.redis.port), settings };
}

/** Where a member is reached: through the proxies, since only they have an address in the tenant's network. */
export function endpointOf(tenant: Tenant, member: Member, port: number): RespEndpoint {
  return {
    tenant: tenant.name,
    member: member.name,
    through: tenant.expose?.proxyAddresses.map(({ host }) => host) ?? [],
    address: member.address,
    port,
    password: tenant.password,
    ...(tenant.previousPassword && { previousPassword: tenant.previousPassword }),
  };
}

type Info = ReadonlyMap<string, string>;
type Replication = 'master' | 'linkUp' | 'syncing' | 'linkDownSeconds' | 'offset' | 'goodReplicas' | 'replicas';

function replicationOf(info: Info, role: string): Pick<RedisFacts, Replication> {
  const down = Number(info.get('master_link_down_since_seconds') ?? -1);
  const good = info.get('min_slaves_good_slaves');
  const host = info.get('master_host');
  return {
    master:
      role === 'slave' && host !== undefined ? { address: host, port: Number(info.get('master_port')) } : undefined,
    linkUp: info.get('master_link_status') === 'up',
    syncing: info.get('master_sync_in_progress') === '1',
    linkDownSeconds: down >= 0 ? down : undefined,
    offset: Number(info.get(role === 'slave' ? 'slave_repl_offset' : 'master_repl_offset') ?? 0),
    goodReplicas: good === undefined ? undefined : Number(good),
    replicas: [...info].flatMap(([name, value]) => (/^slave\d+$/.test(name) ? [replicaOf(value)] : [])),
  };
}

/** The same rule as in renderers/redis/load-monitor.ts. */
function onDiskBy(info: Info): boolean {
  if (info.get('aof_enabled') !== '1') return info.get('aof_enabled') === '0';
  const notRequested = info.get('aof_rewrite_in_progress') === '0' && info.get('aof_rewrite_scheduled') === '0';
  return notRequested && info.get('aof_last_bgrewrite_status') === 'ok';
}

function notSavedBy(info: Info): RedisFacts['notSaved'] {
  return [
    ...(info.get('rdb_last_bgsave_status') === 'err' ? (['RDB'] as const) : []),
    ...(info.get('aof_last_write_status') === 'err' ? (['append-only file'] as const) : []),
  ];
}

/** The sum over all databases: `db0:keys=2,expires=1,avg_ttl=99950`. A database without keys is not listed. */
function keysOf(keyspace: RespReply | undefined, field: 'keys' | 'expires'): number | undefined {
  if (typeof keyspace !== 'string') return undefined;
  const counts = [...infoOf(keyspace).values()].map((value) => new RegExp(`\\b${field}=(\\d+)`).exec(value)?.[1]);
  return counts.reduce((sum, count) => sum + Number(count ?? 0), 0);
}

function databasesOf(keyspace: RespReply | undefined): readonly number[] | undefined {
  if (typeof keyspace !== 'string') return undefined;
  return [...infoOf(keyspace).keys()].flatMap((name) => (/^db\d+$/.test(name) ? [Number(name.slice(2))] : []));
}

/** `ip=10.101.0.12,port=6379,state=online,offset=28,lag=0` */
function replicaOf(value: string): ListedReplica {
  const facts = new Map(
    value.split(',').map((pair) => [pair.slice(0, pair.indexOf('=')), pair.slice(pair.indexOf('=') + 1)]),
  );
  return {
    address: facts.get('ip') ?? '',
    port: Number(facts.get('port') ?? 0),
    state: facts.get('state') ?? '',
    lag: Number(facts.get('lag') ?? -1),
  };
}
