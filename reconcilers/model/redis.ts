import { electable } from '../../renderers/redis-fence.ts';
import { confFile, directives, putConf } from './conf.ts';
import { neighbour, segmentOf } from './network.ts';
import { quoted } from './words.ts';
import { type Box, type HostWorld, numberFrom, type RedisWorld, type World } from './world.ts';

/** What Redis has where redis.conf says nothing. */
const defaults: Readonly<Record<string, string>> = {
  bind: '* -::*',
  port: '6379',
  'protected-mode': 'yes',
  dir: '/var/lib/redis',
  appendonly: 'no',
  maxmemory: '0',
  'maxmemory-policy': 'noeviction',
  'min-replicas-to-write': '0',
  'min-replicas-max-lag': '10',
  'replica-announce-ip': '',
  'replica-announce-port': '0',
  'replica-priority': String(electable),
  save: '3600 1 300 100 60 10000',
  'tcp-keepalive': '300',
};

/** Values besides which Redis takes none. */
const choices: Readonly<Record<string, RegExp>> = {
  'maxmemory-policy': /^(noeviction|volatile-ttl|(allkeys|volatile)-(lru|lfu|random))$/,
  appendonly: /^(yes|no)$/,
};

/**
 * redis-server, started by the fence: a master, or a replica that cannot be promoted until it holds all data. Where it does not start:
 * what it says.
 */
export function startRedis(
  world: World,
  host: HostWorld,
  box: Box,
  of: string | undefined,
  priority: string,
): string | undefined {
  const conf = confFile(host, box.folder, 'redis.conf');
  const lines = conf && directives(conf.text);
  const known = lines?.filter(([name = '']) => name in defaults || secrets.has(name));
  if (!conf || !lines || !known || known.length + roles(lines) < lines.length)
    return 'Bad directive or wrong number of arguments';
  const wrong = known.find(([name = '', ...values]) => choices[name]?.test(values.join(' ')) === false);
  if (wrong) return `>>> '${wrong.join(' ')}' argument(s) must be one of the following: …`;
  const value = (name: string) =>
    known
      .findLast(([key]) => key === name)
      ?.slice(1)
      .join(' ');
  const settings = Object.keys(defaults).map((name) => [name, value(name) ?? defaults[name] ?? '']);
  conf.text = conf.text.replace(/^(replicaof|slaveof|replica-priority|slave-priority) .*\n/gm, '');
  box.redis = {
    pid: numberFrom(host),
    stopped: false,
    since: world.now,
    of,
    linkUp: false,
    linkDownSince: undefined,
    writing: false,
    settings: { ...Object.fromEntries(settings), 'replica-priority': priority },
    requirepass: value('requirepass') ?? '',
    masterauth: value('masterauth') ?? '',
    keys: 0,
  };
  const disk = host.disks[`${box.folder}/rootfs.img`];
  if (!disk) return undefined;
  // It loads the newest that is there, whatever redis.conf says.
  if (disk.complete && disk.filled) box.redis.settings['appendonly'] = disk.aof ? 'yes' : 'no';
  if (box.redis.settings['appendonly'] === 'yes') Object.assign(disk, { filled: true, aof: true });
  return undefined;
}

const secrets = new Set(['requirepass', 'masterauth']);

function roles(lines: readonly (readonly string[])[]): number {
  return lines.filter(([name = '']) => name === 'replicaof' || name === 'replica-priority').length;
}

/** On SIGTERM Redis saves, if it is to save at all. */
export function stopRedis(_: World, host: HostWorld, box: Box): void {
  const disk = host.disks[`${box.folder}/rootfs.img`];
  if (disk && box.redis && !box.redis.stopped && box.redis.settings['save'])
    Object.assign(disk, { filled: true, aof: disk.aof && box.redis.settings['appendonly'] === 'yes' });
  box.redis = undefined;
}

/** A replica's link to its master: up as soon as both can, and then it holds all data. True: something changed. */
export function tickLink(world: World, host: HostWorld, box: Box): boolean {
  const own = box.redis;
  if (!own || own.stopped) return false;
  if (own.writing) return onDisk(host, box, own);
  if (own.of === undefined) return false;
  const master = neighbour(world, segmentOf(host, box), own.of)?.redis;
  const up = master !== undefined && master !== own && !master.stopped && master.requirepass === own.masterauth;
  if (up === own.linkUp) return false;
  own.linkUp = up;
  own.linkDownSince = up ? undefined : world.now;
  if (!up) return true;
  own.keys = master.keys;
  own.writing = own.settings['appendonly'] === 'yes';
  const disk = host.disks[`${box.folder}/rootfs.img`];
  if (disk) Object.assign(disk, { filled: true, aof: false, complete: false });
  return own.writing || onDisk(host, box, own);
}

/** The fence's watcher marks a whole replica, and makes it electable; an election by then finds it. */
function onDisk(host: HostWorld, box: Box, own: RedisWorld): boolean {
  own.writing = false;
  const disk = host.disks[`${box.folder}/rootfs.img`];
  if (disk && own.settings['appendonly'] === 'yes') Object.assign(disk, { filled: true, aof: true });
  if (own.of !== undefined && !own.linkUp) return true;
  if (disk) disk.complete = true;
  if (own.settings['replica-priority'] === '0') own.settings['replica-priority'] = String(electable);
  return true;
}

/** Replicas that follow a master and hold its data. */
export function replicasOf(world: World, host: HostWorld, box: Box): readonly Box[] {
  const segment = segmentOf(host, box);
  const all = Object.values(world.hosts).flatMap((one) => Object.values(one.boxes));
  return all.filter(
    (one) => one.redis?.of === box.address && one.redis.linkUp && neighbour(world, segment, one.address) === one,
  );
}

/** CONFIG REWRITE: lines that are there stay; what is as by default is not added. */
export function rewriteRedis(host: HostWorld, box: Box, redis: RedisWorld): void {
  const there = new Set(directives(confFile(host, box.folder, 'redis.conf')?.text ?? '')?.map(([name]) => name));
  const lines = Object.entries(redis.settings).filter(
    ([name, value]) => (value !== defaults[name] || there.has(name)) && name !== 'replica-priority',
  );
  const passwords = [`requirepass "${redis.requirepass}"`, `masterauth "${redis.masterauth}"`];
  const follows = redis.of === undefined ? [] : [`replicaof ${redis.of} ${redis.settings['port']}`];
  const settings = lines.map(([name, value]) => `${name} ${quoted(value)}`);
  putConf(host, box.folder, 'redis.conf', `${[...settings, ...passwords, ...follows].join('\n')}\n`);
}
