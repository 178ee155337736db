import type { Member, Tenant } from '../../crds/fleet.ts';
import { redisSettings } from '../../renderers/redis-conf.ts';
import { present, unknown } from '../observation.ts';
import type { AskOf } from './index.ts';
import { fieldsOf, infoOf, isError } from './replies.ts';
import type { RespEndpoint, RespSense } from './sense.ts';

/** What a member's Redis says of itself. */
export interface RedisFacts {
  readonly role: 'master' | 'slave';
  /** Of a replica: whom it follows. */
  readonly master: { readonly address: string; readonly port: number } | undefined;
  readonly linkUp: boolean;
  readonly syncing: boolean;
  /** Of a replica whose link is down: since when. Undefined while it is up, and when it never was up (Redis says -1). */
  readonly linkDownSeconds: number | undefined;
  readonly offset: number;
  /** Of a master: replicas online with little enough lag; undefined when it counts none. */
  readonly goodReplicas: number | undefined;
  readonly replicas: readonly { readonly address: string; readonly state: string; readonly lag: number }[];
  readonly runId: string;
  readonly version: string;
  readonly uptimeSeconds: number;
  readonly loading: boolean;
  /** With an append-only file: it was written whole, and is not being written anew. Without one always true. */
  readonly onDisk: boolean;
  readonly keys: number | undefined;
  /** By CONFIG GET's names; a name that it does not know is left out. */
  readonly settings: Readonly<Record<string, string>>;
}

interface Args {
  readonly endpoint: RespEndpoint;
  /** Settings to look at. Never one that holds a password. */
  readonly settings: readonly string[];
}

export const redis: RespSense<Args, RedisFacts> = {
  via: 'resp',
  endpoint: ({ endpoint }) => endpoint,
  commands: ({ settings }) => [
    ['INFO', 'server'],
    ['INFO', 'replication'],
    ['INFO', 'persistence'],
    ['DBSIZE'],
    ...settings.map((name) => ['CONFIG', 'GET', name]),
  ],
  read: (replies) => {
    const [server, replication, persistence, keys, ...settings] = replies;
    if (isError(server)) return unknown(server.error);
    const info = new Map([...infoOf(server), ...infoOf(replication), ...infoOf(persistence)]);
    const role = info.get('role');
    if (role !== 'master' && role !== 'slave') return unknown('INFO named no role');
    return present({
      role,
      ...replicationOf(info, role),
      runId: info.get('run_id') ?? '',
      version: info.get('redis_version') ?? '',
      uptimeSeconds: Number(info.get('uptime_in_seconds') ?? 0),
      loading: info.get('loading') === '1',
      onDisk: onDiskBy(info),
      keys: typeof keys === 'number' ? keys : undefined,
      settings: Object.fromEntries(settings.flatMap((reply) => [...fieldsOf(reply)])),
    });
  },
};

/** The question about one member's Redis: the same from every concern. */
export function askRedis(tenant: Tenant, member: Member): AskOf<'redis'> {
  const settings = [...redisSettings(tenant, member).keys(), 'replica-priority'];
  return { what: 'redis', endpoint: endpointOf(tenant, member, tenant.redis.port), settings };
}

/** Where a member answers: through the proxies, which alone have an address in the tenant's network. */
export function endpointOf(tenant: Tenant, member: Member, port: number): RespEndpoint {
  return {
    tenant: tenant.name,
    member: member.name,
    through: tenant.expose?.proxyAddresses.map(({ host }) => host) ?? [],
    address: member.address,
    port,
    password: tenant.password,
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

/** As the fence's watcher has it (renderers/redis-watch.ts). */
function onDiskBy(info: Info): boolean {
  if (info.get('aof_enabled') !== '1') return info.get('aof_enabled') === '0';
  const quiet = info.get('aof_rewrite_in_progress') === '0' && info.get('aof_rewrite_scheduled') === '0';
  return quiet && info.get('aof_last_bgrewrite_status') === 'ok';
}

/** `ip=10.101.0.12,port=6379,state=online,offset=28,lag=0` */
function replicaOf(value: string): RedisFacts['replicas'][number] {
  const facts = new Map(
    value.split(',').map((pair) => [pair.slice(0, pair.indexOf('=')), pair.slice(pair.indexOf('=') + 1)]),
  );
  return { address: facts.get('ip') ?? '', state: facts.get('state') ?? '', lag: Number(facts.get('lag') ?? -1) };
}
