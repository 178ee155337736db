import { confFile, directives, putConf } from './conf.ts';
import { containerInVlan, segmentOf } from './network.ts';
import { acceptedFrom, announcedBy, replicasOf, userLine } from './redis.ts';
import {
  type Container,
  type HostWorld,
  numberFrom,
  type SentinelWorld,
  type WatchWorld,
  type World,
} from './world.ts';

/** PID 1 starts Sentinel from its own file. True: it started. */
export function startSentinel(host: HostWorld, container: Container): boolean {
  const run = confFile(host, container.folder, 'sentinel-run');
  const lines = directives(confFile(host, container.folder, 'sentinel.conf')?.text ?? '');
  if (container.sentinel || !run?.text.includes('-sentinel') || !lines?.length) return false;
  const of = (...words: readonly string[]) =>
    lines.filter((line) => words.every((word, index) => line[index] === word));
  const own = (name: string) => of('sentinel', name)[0]?.slice(2).join(' ') ?? '';
  const [, , name, address, port, quorum] = of('sentinel', 'monitor')[0] ?? [];
  const option = (key: string) => of('sentinel', key, name ?? '')[0]?.[3] ?? '';
  const names = ['down-after-milliseconds', 'failover-timeout', 'parallel-syncs'];
  const watch = name !== undefined && {
    name,
    address: address ?? '',
    port: port ?? '',
    epoch: Number(option('config-epoch') || 0),
    options: { quorum: quorum ?? '', ...Object.fromEntries(names.map((key) => [key, option(key)])) },
    authPass: option('auth-pass'),
    sentinels: of('sentinel', 'known-sentinel').map((line) => line[3] ?? ''),
    replicas: of('sentinel', 'known-replica').map((line) => line[3] ?? ''),
    downSince: undefined,
  };
  container.sentinel = {
    pid: numberFrom(host),
    stopped: false,
    port: of('port')[0]?.[1] ?? '26379',
    accepted: acceptedFrom(lines),
    requirepass: of('requirepass')[0]?.[1] ?? '',
    sentinelPass: own('sentinel-pass'),
    own: Object.fromEntries(['announce-ip', 'announce-port', 'resolve-hostnames'].map((key) => [key, own(key)])),
    watch: watch || undefined,
  };
  return true;
}

/** Sentinel writes its file whenever something changes. */
export function flushSentinel(
  host: HostWorld,
  container: Container,
  { port, accepted, requirepass, sentinelPass, own, watch }: SentinelWorld,
): void {
  const { options = {}, name = '' } = watch ?? {};
  const settings = Object.entries(options).filter(([key]) => key !== 'quorum');
  const watched = watch && [
    `sentinel monitor ${name} ${watch.address} ${watch.port} ${options['quorum']}`,
    `sentinel auth-pass ${name} ${watch.authPass}`,
    ...settings.map(([key, value]) => `sentinel ${key} ${name} ${value}`),
    `sentinel config-epoch ${name} ${watch.epoch}`,
    ...watch.sentinels.map((address) => `sentinel known-sentinel ${name} ${address} ${port}`),
    ...watch.replicas.map((address) => `sentinel known-replica ${name} ${address} ${watch.port}`),
  ];
  const lines = [
    `port ${port}`,
    `requirepass "${requirepass}"`,
    `sentinel sentinel-pass ${sentinelPass}`,
    userLine(accepted),
    ...Object.entries(own).map(([key, value]) => `sentinel ${key} ${value}`),
    ...(watched ?? []),
  ];
  putConf(host, container.folder, 'sentinel.conf', `${lines.join('\n')}\n`);
}

/** One Sentinel monitors its master and the other Sentinels; an election if enough of them consider it down. True: something changed. */
export function stepSentinel(world: World, host: HostWorld, container: Container): boolean {
  const { sentinel } = container;
  const segment = segmentOf(host, container);
  if (!sentinel?.watch || sentinel.stopped || segment === undefined) return false;
  const { watch } = sentinel;
  const before = JSON.stringify(watch);
  const peers = peersOf(world, segment, container, watch);
  const ahead = peers.find((peer) => peer.epoch > watch.epoch);
  if (ahead) Object.assign(watch, { address: ahead.address, epoch: ahead.epoch, downSince: undefined });
  const master = containerInVlan(world, segment, watch.address);
  const alive = master?.redis && !master.redis.stopped;
  watch.downSince = alive ? undefined : (watch.downSince ?? world.now);
  if (alive && master) discover(world, container, watch, master, peers);
  if (watch.downSince !== undefined) elect(world, segment, watch, peers);
  else if (master?.redis && master.redis.of === undefined) demote(world, segment, watch);
  if (before === JSON.stringify(watch)) return false;
  flushSentinel(host, container, sentinel);
  return true;
}

/** The responding other Sentinels of the tenant, with what they monitor. */
function peersOf(
  world: World,
  segment: number,
  container: Container,
  watch: WatchWorld,
): readonly (WatchWorld & { at: string })[] {
  const containers = Object.values(world.hosts).flatMap((one) => Object.values(one.containers));
  return containers.flatMap((one) => {
    const other = one === container || one.sentinel?.stopped ? undefined : one.sentinel?.watch;
    if (!other || other.name !== watch.name || containerInVlan(world, segment, one.address) !== one) return [];
    return [{ ...other, at: one.address }];
  });
}

function discover(
  world: World,
  container: Container,
  watch: WatchWorld,
  master: Container,
  peers: readonly (WatchWorld & { at: string })[],
): void {
  const found = peers.filter((peer) => peer.address === watch.address).map((peer) => peer.at);
  watch.sentinels = [...new Set([...watch.sentinels, ...found])]
    .filter((address) => address !== container.address)
    .sort();
  const hostWorld = Object.values(world.hosts).find((host) => Object.values(host.containers).includes(master));
  const replicas = hostWorld ? replicasOf(world, hostWorld, master).map(announcedBy) : [];
  watch.replicas = [...new Set([...watch.replicas, ...replicas])].filter((address) => address !== watch.address).sort();
}

/** A majority of all Sentinels, a quorum that considers the master down for long enough, and an electable replica. */
function elect(world: World, segment: number, watch: WatchWorld, peers: readonly WatchWorld[]): void {
  const after = Number(watch.options['down-after-milliseconds']) + 1000;
  const down = [watch, ...peers].filter((one) => one.downSince !== undefined && world.now - one.downSince >= after);
  if (down.length < Number(watch.options['quorum']) || (peers.length + 1) * 2 <= watch.sentinels.length + 1) return;
  promote(world, segment, watch);
}

/** One Sentinel promotes an electable replica, and the others learn of it. False: there is none. */
export function promote(world: World, segment: number | undefined, watch: WatchWorld): boolean {
  const candidates = watch.replicas.map((address) => containerInVlan(world, segment, address));
  const priority = (one: Container | undefined) => Number(one?.redis?.settings['replica-priority'] ?? 0);
  const [chosen] = candidates
    .filter((one) => one?.redis && !one.redis.stopped && one.redis.of !== undefined && priority(one) > 0)
    .sort((a, b) => priority(a) - priority(b));
  if (!chosen?.redis) return false;
  Object.assign(chosen.redis, { of: undefined, linkUp: false, linkDownSince: undefined });
  const old = watch.address;
  const replicas = [...new Set([...watch.replicas, old])].filter((address) => address !== chosen.address).sort();
  Object.assign(watch, { address: chosen.address, epoch: watch.epoch + 1, replicas, downSince: undefined });
  return true;
}

/** Makes a returned master, or a replica of another master, follow the named one. */
function demote(world: World, segment: number, watch: WatchWorld): void {
  for (const address of watch.replicas) {
    const own = containerInVlan(world, segment, address)?.redis;
    if (!own || own.stopped || own.of === watch.address) continue;
    // For a master no time counts yet, as for a replica that was never connected.
    const linkDownSince = own.of === undefined ? undefined : (own.linkDownSince ?? world.now);
    Object.assign(own, { of: watch.address, linkUp: false, linkDownSince });
  }
}
