import type { HostName } from '../../crds/fleet.ts';
import type { AskOf } from '../questions/index.ts';
import type { RespEndpoint, RespReply } from '../questions/sense.ts';
import type { ActionOf } from '../verbs/index.ts';
import { neighbour, reached, segmentOf } from './network.ts';
import { replicasOf, rewriteRedis } from './redis.ts';
import { flushSentinel, promote } from './sentinel.ts';
import { type Box, type HostWorld, type Part, VerbFailed, type World } from './world.ts';

/** Nothing answers at the endpoint, and why. */
export interface Silence {
  readonly silent: string;
}

type Service = 'redis' | 'sentinel';

export function printRedis(world: World, { endpoint, settings }: AskOf<'redis'>): readonly RespReply[] | Silence {
  const found = serverAt(world, endpoint, 'redis');
  if ('silent' in found) return found;
  const { home, box, server } = found;
  const since = Math.floor((world.now - server.since) / 1000);
  return [
    `# Server\r\nredis_version:7.0.15\r\nrun_id:${home.next}-${server.pid}\r\nuptime_in_seconds:${since}\r\n`,
    `# Replication\r\n${replicationLines(world, home, box, server).join('\r\n')}\r\n`,
    `# Persistence\r\n${persistenceLines(server).join('\r\n')}\r\n`,
    server.keys,
    ...settings.map((name) => (name in server.settings ? [name, server.settings[name] ?? ''] : [])),
  ];
}

function persistenceLines({ settings, writing }: NonNullable<Box['redis']>): readonly string[] {
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
  home: HostWorld,
  box: Box,
  server: NonNullable<Box['redis']>,
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
  const replicas = replicasOf(world, home, box);
  const needed = Number(server.settings['min-replicas-to-write']);
  return [
    'role:master',
    ...replicas.map((one, index) => `slave${index}:ip=${one.address},port=6379,state=online,offset=28,lag=0`),
    ...(needed ? [`min_slaves_good_slaves:${replicas.length}`] : []),
    `master_repl_offset:${server.keys}`,
  ];
}

export function printSentinel(world: World, { endpoint, master }: AskOf<'sentinel'>): readonly RespReply[] | Silence {
  const found = serverAt(world, endpoint, 'sentinel');
  if ('silent' in found) return found;
  const { home, box, server } = found;
  const { own, watch } = server;
  const config = ['announce-ip', 'announce-port', 'resolve-hostnames'].map((name) => [name, own[name] ?? '']);
  const info = '# Sentinel\r\nsentinel_tilt:0\r\n';
  if (watch?.name !== master) {
    const unknown = { error: 'ERR No such master with that name' };
    return [watch ? [watchedFields(watch)] : [], null, unknown, unknown, unknown, info, ...config];
  }
  const flags = (ip: string, service: Service, kind: string) =>
    answersTo(world, home, box, ip, service) ? kind : `s_down,${kind},disconnected`;
  const replica = (ip: string) =>
    flat({
      name: `${ip}:6379`,
      ip,
      port: '6379',
      flags: flags(ip, 'redis', 'slave'),
      'role-reported': 'slave',
      'role-reported-time': '9000',
    });
  const peer = (ip: string) =>
    flat({ name: ip, ip, port: '26379', runid: `run-${ip}`, flags: flags(ip, 'sentinel', 'sentinel') });
  const enough = watch.sentinels.length + 1 >= Number(watch.options['quorum']);
  const check = enough ? 'OK usable Sentinels' : { error: 'NOQUORUM not enough available Sentinels' };
  return [
    [watchedFields(watch)],
    [watch.address, watch.port],
    watch.replicas.map(replica),
    watch.sentinels.map(peer),
    check,
    info,
    ...config,
  ];
}

/** Whether a Sentinel hears a server at an address of its own network. */
function answersTo(world: World, home: HostWorld, box: Box, address: string, service: Service): boolean {
  const server = neighbour(world, segmentOf(home, box), address)?.[service];
  return server !== undefined && !server.stopped;
}

function watchedFields(watch: NonNullable<NonNullable<Box['sentinel']>['watch']>): readonly string[] {
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

/** CONFIG SET, a command each; then CONFIG REWRITE. */
export function setRedis(
  world: World,
  { endpoint, settings, masterauth, rewrite }: ActionOf<'redis-config-set'>,
): readonly Part[] {
  const { home, box, server } = must(serverAt(world, endpoint, 'redis'));
  return [
    ...settings.map(({ name, value }) => () => {
      if (!(name in server.settings))
        throw new VerbFailed(`ERR Unknown option or number of arguments for CONFIG SET - '${name}'`);
      if (name === 'appendonly') server.writing = value === 'yes' && server.settings[name] !== 'yes';
      server.settings[name] = value;
    }),
    ...(masterauth ? [() => Object.assign(server, { masterauth: endpoint.password.reveal() })] : []),
    ...(rewrite ? [() => rewriteRedis(home, box, server)] : []),
  ];
}

export function monitor(world: World, action: ActionOf<'sentinel-monitor'>): readonly Part[] {
  const { endpoint, master, address, port, quorum, options } = action;
  const { home, box, server } = must(serverAt(world, endpoint, 'sentinel'));
  const blank = { epoch: 0, authPass: '', sentinels: [], replicas: [], downSince: undefined };
  const first = () => {
    const defaults = { 'down-after-milliseconds': '30000', 'failover-timeout': '180000', 'parallel-syncs': '1' };
    if (server.watch) throw new VerbFailed('ERR Duplicated master name');
    server.watch = {
      name: master,
      address,
      port: String(port),
      ...blank,
      options: { quorum: String(quorum), ...defaults },
    };
    flushSentinel(home, box, server);
  };
  const set = (change: (watch: NonNullable<typeof server.watch>) => unknown) => () => {
    if (server.watch) change(server.watch);
    flushSentinel(home, box, server);
  };
  return [
    first,
    set((watch) => Object.assign(watch, { authPass: endpoint.password.reveal() })),
    ...options.map(({ name, value }) => set((watch) => Object.assign(watch.options, { [name]: value }))),
  ];
}

/** Its file keeps what it knew until it has found somebody anew. */
export function resetSentinel(world: World, { endpoint }: ActionOf<'sentinel-reset'>): readonly Part[] {
  const { server } = must(serverAt(world, endpoint, 'sentinel'));
  return [() => Object.assign(server.watch ?? {}, { sentinels: [], replicas: [] })];
}

export function setSentinel(
  world: World,
  { endpoint, options, own, passwords }: ActionOf<'sentinel-set'>,
): readonly Part[] {
  const { home, box, server } = must(serverAt(world, endpoint, 'sentinel'));
  const part =
    (change: () => void): Part =>
    () => {
      change();
      flushSentinel(home, box, server);
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

type Found<S extends Service> = { readonly home: HostWorld; readonly box: Box; readonly server: NonNullable<Box[S]> };

/** Who answers at an endpoint, with its password, through a proxy that has an address in that network. */
function serverAt<S extends Service>(world: World, endpoint: RespEndpoint, service: S): Found<S> | Silence {
  const { address, port, password, through } = endpoint;
  // A proxy that is still to be created forwards nothing.
  const box = first(through, (name) => {
    const proxy = world.hosts[name];
    return proxy && reached(world, proxy, address);
  });
  if (!box) return { silent: `${address}:${port} does not answer in time` };
  const server = box[service];
  if (!server) return { silent: `connection refused by ${address}:${port}` };
  if (server.stopped) return { silent: `${address}:${port} does not answer in time` };
  if (server.requirepass !== password.reveal()) return { silent: `${address}:${port} refused the password` };
  const home = Object.values(world.hosts).find((host) => Object.values(host.boxes).includes(box));
  if (!home) throw new Error('a container is on no host');
  return { home, box, server };
}

function must<S extends Service>(found: Found<S> | Silence): Found<S> {
  if ('silent' in found) throw new VerbFailed(found.silent);
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

/** SENTINEL FAILOVER: one Sentinel promotes a replica, and the others follow it to the later epoch. */
export function failOver(world: World, { endpoint, master }: ActionOf<'sentinel-failover'>): readonly Part[] {
  const { home, box, server } = must(serverAt(world, endpoint, 'sentinel'));
  return [
    () => {
      const { watch } = server;
      if (watch?.name !== master) throw new VerbFailed('ERR No such master with that name');
      if (!promote(world, segmentOf(home, box), watch))
        throw new VerbFailed('NOGOODSLAVE No suitable replica to promote');
      flushSentinel(home, box, server);
    },
  ];
}
