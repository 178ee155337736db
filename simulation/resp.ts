import type { HostName } from '../crds/fleet.ts';
import { redisSettingTypes } from '../crds/schema/redis-settings.ts';
import type { RespEndpoint, RespFailure, RespReply } from '../reconcilers/facts/fact.ts';
import type { FactRequestOf } from '../reconcilers/facts/requests.ts';
import type { ActionOf } from '../reconcilers/operations/actions.ts';
import { electable } from '../renderers/redis/start-guard.ts';
import { versionLines } from './engines.ts';
import { sumOf } from './files.ts';
import { containerInVlan, reached, segmentOf } from './network.ts';
import { announcedBy, evict, replicasOf, rewriteRedis, setRequirepass, startupBytes } from './redis.ts';
import { flushSentinel, promote } from './sentinel.ts';
import { type Container, type HostWorld, OperationFailed, type Part, type RedisWorld, type World } from './world.ts';

/** The endpoint does not respond, and why. `kind`: how the transport reports it. */
export interface NoReply {
  readonly noReply: string;
  readonly kind?: RespFailure | 'password';
}

type Service = 'redis' | 'sentinel';

export function renderRedis(
  world: World,
  { endpoint, settings }: FactRequestOf<'redis'>,
): readonly RespReply[] | NoReply {
  const found = serverAt(world, endpoint, 'redis');
  if ('noReply' in found) return found;
  const { hostWorld, container, server } = found;
  const since = Math.floor((world.now - server.since) / 1000);
  return [
    `# Server\r\n${versionLines(server.engine)}run_id:${hostWorld.next}-${server.pid}\r\nuptime_in_seconds:${since}\r\n`,
    `# Replication\r\n${replicationLines(world, hostWorld, container, server).join('\r\n')}\r\n`,
    `# Persistence\r\n${persistenceLines(server).join('\r\n')}\r\n`,
    `# Memory\r\n${memoryLines(server).join('\r\n')}\r\n`,
    `# Clients\r\nconnected_clients:${server.connections}\r\n`,
    server.keys ? `# Keyspace\r\ndb0:keys=${server.keys},expires=0,avg_ttl=0\r\n` : '# Keyspace\r\n',
    userOf(server),
    ...settings.map((name) => (name in server.settings ? [name, server.settings[name] ?? ''] : [])),
    ['masterauth', server.masterauth],
  ];
}

/** The reply to ACL GETUSER. */
function userOf({ accepted }: { readonly accepted: readonly string[] }): RespReply {
  return ['flags', ['on'], 'passwords', accepted, 'commands', '+@all', 'keys', '~*', 'channels', '&*', 'selectors', []];
}

/** ACL SETUSER, and the file that is written after it. */
export function acceptPasswords(
  world: World,
  { endpoint, service, only, rewrite }: ActionOf<'accept-passwords'>,
): readonly Part[] {
  const { hostWorld, container, server } = must(serverAt(world, endpoint, service));
  const own = [endpoint.password, ...(endpoint.previousPassword ? [endpoint.previousPassword] : [])];
  const sums = own.map((one) => sumOf(one.reveal()));
  const written = () => {
    if (container.redis && service === 'redis') rewriteRedis(hostWorld, container, container.redis);
    else if (container.sentinel) flushSentinel(hostWorld, container, container.sentinel);
  };
  return [
    ...(only && service === 'redis' ? [() => setRequirepass(server as RedisWorld, endpoint.password.reveal())] : []),
    () => Object.assign(server, { accepted: [...new Set([...(only ? [] : server.accepted), ...sums])].sort() }),
    ...(rewrite ? [written] : []),
  ];
}

function memoryLines({ settings, dataBytes }: NonNullable<Container['redis']>): readonly string[] {
  return [
    `used_memory:${startupBytes + dataBytes}`,
    `used_memory_startup:${startupBytes}`,
    'mem_not_counted_for_evict:0',
    `maxmemory:${settings['maxmemory'] ?? 0}`,
    `maxmemory_policy:${settings['maxmemory-policy'] ?? ''}`,
  ];
}

function persistenceLines({ settings, writing }: NonNullable<Container['redis']>): readonly string[] {
  const rewrite = [`aof_rewrite_in_progress:${writing ? 1 : 0}`, 'aof_rewrite_scheduled:0'];
  return [
    'loading:0',
    `aof_enabled:${settings['appendonly'] === 'yes' ? 1 : 0}`,
    ...rewrite,
    'aof_last_bgrewrite_status:ok',
  ];
}

function replicationLines(
  world: World,
  hostWorld: HostWorld,
  container: Container,
  server: NonNullable<Container['redis']>,
): readonly string[] {
  if (server.of !== undefined) {
    const down = server.linkDownSince === undefined ? -1 : Math.floor((world.now - server.linkDownSince) / 1000);
    const since = server.linkUp ? [] : [`master_link_down_since_seconds:${down}`];
    const link = `master_link_status:${server.linkUp ? 'up' : 'down'}`;
    return [
      'role:slave',
      `master_host:${server.of}`,
      `master_port:${server.settings['port']}`,
      link,
      ...since,
      'master_sync_in_progress:0',
      `slave_repl_offset:${server.keys}`,
    ];
  }
  const replicas = replicasOf(world, hostWorld, container);
  const needed = Number(server.settings['min-replicas-to-write']);
  return [
    'role:master',
    ...replicas.map(
      (one, index) =>
        `slave${index}:ip=${announcedBy(one)},port=${one.redis?.settings['port']},state=online,offset=28,lag=0`,
    ),
    ...(needed ? [`min_slaves_good_slaves:${replicas.length}`] : []),
    `master_repl_offset:${server.keys}`,
  ];
}

export function renderSentinel(
  world: World,
  { endpoint, master }: FactRequestOf<'sentinel'>,
): readonly RespReply[] | NoReply {
  const found = serverAt(world, endpoint, 'sentinel');
  if ('noReply' in found) return found;
  const { hostWorld, container, server } = found;
  const { own, watch } = server;
  const config = ['announce-ip', 'announce-port', 'resolve-hostnames'].map((name) => [name, own[name] ?? '']);
  const info = '# Sentinel\r\nsentinel_tilt:0\r\n';
  if (watch?.name !== master) {
    const unknown = { error: 'ERR No such master with that name' };
    return [watch ? [watchedFields(watch)] : [], null, unknown, unknown, unknown, info, userOf(server), ...config];
  }
  const flags = (ip: string, service: Service, kind: string) =>
    isReachable(world, hostWorld, container, ip, service) ? kind : `s_down,${kind},disconnected`;
  const replica = (ip: string) =>
    flat({
      name: `${ip}:${watch.port}`,
      ip,
      port: watch.port,
      flags: flags(ip, 'redis', 'slave'),
      'role-reported': 'slave',
      'role-reported-time': '9000',
    });
  const peer = (ip: string) =>
    flat({ name: ip, ip, port: server.port, runid: `run-${ip}`, flags: flags(ip, 'sentinel', 'sentinel') });
  const enough = watch.sentinels.length + 1 >= Number(watch.options['quorum']);
  const check = enough ? 'OK usable Sentinels' : { error: 'NOQUORUM not enough available Sentinels' };
  return [
    [watchedFields(watch)],
    [watch.address, watch.port],
    watch.replicas.map(replica),
    watch.sentinels.map(peer),
    check,
    info,
    userOf(server),
    ...config,
  ];
}

/** Whether a Sentinel reaches a server at an address in its network. */
function isReachable(
  world: World,
  hostWorld: HostWorld,
  container: Container,
  address: string,
  service: Service,
): boolean {
  const server = containerInVlan(world, segmentOf(hostWorld, container), address)?.[service];
  return server !== undefined && !server.stopped;
}

function watchedFields(watch: NonNullable<NonNullable<Container['sentinel']>['watch']>): readonly string[] {
  const { name, address, port, epoch, options, sentinels, downSince } = watch;
  const flags = downSince === undefined ? 'master' : 's_down,master';
  const facts = {
    name,
    ip: address,
    port,
    flags,
    'config-epoch': String(epoch),
    'num-other-sentinels': String(sentinels.length),
  };
  return flat({ ...facts, ...options });
}

/** One CONFIG SET for all settings or for each, then CONFIG REWRITE. */
export function setRedis(
  world: World,
  { endpoint, settings, together, masterauth, rewrite }: ActionOf<'redis-config-set'>,
): readonly Part[] {
  const { hostWorld, container, server } = must(serverAt(world, endpoint, 'redis'));
  const set = (some: typeof settings) => () => {
    const unknown = some.find(({ name }) => !(name in server.settings));
    if (unknown)
      throw new OperationFailed(`ERR Unknown option or number of arguments for CONFIG SET - '${unknown.name}'`);
    const immutable = some.find(({ name }) => redisSettingTypes[name]?.type === 'fixed at start');
    if (immutable)
      throw new OperationFailed(
        `ERR CONFIG SET failed (possibly related to argument '${immutable.name}') - can't set immutable config`,
      );
    for (const { name, value } of some) {
      // Switched off while it is being written: the load monitor still has to see that all data is on the disk.
      if (name === 'appendonly' && value === 'yes' && server.settings[name] !== 'yes') server.writing = true;
      server.settings[name] = value;
    }
    evict(server);
  };
  return [
    ...(together ? [set(settings)] : settings.map((one) => set([one]))),
    ...(masterauth ? [() => Object.assign(server, { masterauth: endpoint.password.reveal() })] : []),
    ...(rewrite ? [() => rewriteRedis(hostWorld, container, server)] : []),
  ];
}

/** CLIENT KILL TYPE MASTER: the link comes up again by itself. */
export function relink(world: World, { endpoint }: ActionOf<'redis-relink'>): readonly Part[] {
  const { server } = must(serverAt(world, endpoint, 'redis'));
  return [
    () => {
      if (server.linkUp) Object.assign(server, { linkUp: false, linkDownSince: world.now });
    },
  ];
}

export function monitor(world: World, action: ActionOf<'sentinel-monitor'>): readonly Part[] {
  const { endpoint, master, address, port, quorum, options } = action;
  const { hostWorld, container, server } = must(serverAt(world, endpoint, 'sentinel'));
  const blank = { epoch: 0, authPass: '', sentinels: [], replicas: [], downSince: undefined };
  const first = () => {
    const defaults = { 'down-after-milliseconds': '30000', 'failover-timeout': '180000', 'parallel-syncs': '1' };
    if (server.watch) throw new OperationFailed('ERR Duplicated master name');
    server.watch = {
      name: master,
      address,
      port: String(port),
      ...blank,
      options: { quorum: String(quorum), ...defaults },
    };
    flushSentinel(hostWorld, container, server);
  };
  const set = (change: (watch: NonNullable<typeof server.watch>) => unknown) => () => {
    if (server.watch) change(server.watch);
    flushSentinel(hostWorld, container, server);
  };
  return [
    first,
    set((watch) => Object.assign(watch, { authPass: endpoint.password.reveal() })),
    ...options.map(({ name, value }) => set((watch) => Object.assign(watch.options, { [name]: value }))),
  ];
}

/** Its file keeps the old entries until it has discovered one again. */
export function resetSentinel(world: World, { endpoint }: ActionOf<'sentinel-reset'>): readonly Part[] {
  const { server } = must(serverAt(world, endpoint, 'sentinel'));
  return [() => Object.assign(server.watch ?? {}, { sentinels: [], replicas: [] })];
}

export function setSentinel(
  world: World,
  { endpoint, options, own, passwords }: ActionOf<'sentinel-set'>,
): readonly Part[] {
  const { hostWorld, container, server } = must(serverAt(world, endpoint, 'sentinel'));
  const part =
    (change: () => void): Part =>
    () => {
      change();
      flushSentinel(hostWorld, container, server);
    };
  const password = endpoint.password.reveal();
  return [
    ...options.map(({ name, value }) => part(() => Object.assign(server.watch?.options ?? {}, { [name]: value }))),
    ...own.map(({ name, value }) => part(() => Object.assign(server.own, { [name]: value }))),
    ...passwords.map((name) =>
      part(() => {
        if (name === 'sentinel-pass') server.sentinelPass = password;
        else if (server.watch) server.watch.authPass = password;
      }),
    ),
  ];
}

type Found<S extends Service> = {
  readonly hostWorld: HostWorld;
  readonly container: Container;
  readonly server: NonNullable<Container[S]>;
};

/** The server at an endpoint, with its password, reached through a proxy with an address in that network. */
function serverAt<S extends Service>(world: World, endpoint: RespEndpoint, service: S): Found<S> | NoReply {
  const { address, port, password, previousPassword, through } = endpoint;
  // A proxy that is not created yet forwards nothing.
  const container = first(through, (name) => {
    const proxy = world.hosts[name];
    return proxy && reached(world, proxy, address);
  });
  if (!container) return { noReply: `${address}:${port} does not respond in time` };
  const server = container[service];
  if (!server) return { noReply: `connection refused by ${address}:${port}` };
  if (server.stopped) return { noReply: `${address}:${port} does not respond in time` };
  if (![password, previousPassword].some((one) => one && server.accepted.includes(sumOf(one.reveal()))))
    return { noReply: `${address}:${port} refused the password`, kind: 'password' };
  const hostWorld = Object.values(world.hosts).find((host) => Object.values(host.containers).includes(container));
  if (!hostWorld) throw new Error('a container is on no host');
  return { hostWorld, container, server };
}

function must<S extends Service>(found: Found<S> | NoReply): Found<S> {
  if ('noReply' in found) throw new OperationFailed(found.noReply);
  return found;
}

function first<T>(names: readonly HostName[], find: (name: HostName) => T | undefined): T | undefined {
  for (const name of names) {
    const found = find(name);
    if (found !== undefined) return found;
  }
  return undefined;
}

function flat(fields: Readonly<Record<string, string>>): readonly string[] {
  return Object.entries(fields).flat();
}

/**
 * A controlled switch: the replica is preferred, its own Sentinel promotes it and the others follow to the later epoch, and the former master
 * becomes its replica. Nothing is lost, because replicas never lag in the simulation.
 */
export function switchMaster(
  world: World,
  { from, to, sentinels, master }: ActionOf<'master-switch'>,
): readonly Part[] {
  const former = must(serverAt(world, from, 'redis')).server;
  const next = must(serverAt(world, to, 'redis')).server;
  if (former.of !== undefined || next.of !== from.address || !next.linkUp)
    throw new OperationFailed(`${to.member} is not a replica in sync with ${from.member}`);
  const leader = sentinels.find(({ member }) => member === to.member) ?? to;
  const { hostWorld, container, server } = must(serverAt(world, leader, 'sentinel'));
  const prefer = (priority: string) => () => Object.assign(next.settings, { 'replica-priority': priority });
  return [
    prefer('1'),
    () => {
      const { watch } = server;
      if (watch?.name !== master) throw new OperationFailed('ERR No such master with that name');
      if (!promote(world, segmentOf(hostWorld, container), watch))
        throw new OperationFailed('NOGOODSLAVE No suitable replica to promote');
      flushSentinel(hostWorld, container, server);
    },
    () => Object.assign(former, { of: to.address, linkUp: false, linkDownSince: undefined }),
    prefer(String(electable)),
  ];
}
