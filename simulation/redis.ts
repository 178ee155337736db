import type { Engine } from '../reconcilers/facts/engine.ts';
import { canRead } from '../reconcilers/shared/engine.ts';
import { electable } from '../renderers/redis/start-guard.ts';
import { confFile, directives, putConf } from './conf.ts';
import { sumOf } from './files.ts';
import { containerInVlan, segmentOf } from './network.ts';
import { quoted } from './tokens.ts';
import { type Container, type HostWorld, numberFrom, type RedisWorld, type World } from './world.ts';

/** Defaults of Redis for settings that are not in redis.conf. */
const defaults: Readonly<Record<string, string>> = {
  bind: '* -::*',
  port: '6379',
  'protected-mode': 'yes',
  dir: '/var/lib/redis',
  activedefrag: 'no',
  appendonly: 'no',
  databases: '16',
  'io-threads': '1',
  'client-output-buffer-limit': 'normal 0 0 0 slave 268435456 67108864 60 pubsub 33554432 8388608 60',
  maxclients: '10000',
  maxmemory: '0',
  'maxmemory-policy': 'noeviction',
  'min-replicas-to-write': '0',
  'min-replicas-max-lag': '10',
  'repl-backlog-size': '1048576',
  'replica-announce-ip': '',
  'replica-announce-port': '0',
  'replica-priority': String(electable),
  save: '3600 1 300 100 60 10000',
  'tcp-keepalive': '300',
};

/** A line for each class of clients, as here those of one file name all classes. */
const spreadOverLines = new Set(['client-output-buffer-limit']);

/** Bytes that it uses before it has any data. */
export const startupBytes = 900_000;

/** Settings of which it does not start with every value. */
const choices: Readonly<Record<string, RegExp>> = {
  'maxmemory-policy': /^(noeviction|volatile-ttl|(allkeys|volatile)-(lru|lfu|random))$/,
  appendonly: /^(yes|no)$/,
  // As Debian's build, which has no Jemalloc of its own.
  activedefrag: /^no$/,
};

/**
 * redis-server, started by the start guard as master, or as a replica that cannot be promoted until its data is complete. If it does not
 * start: its error message.
 */
export function startRedis(
  world: World,
  host: HostWorld,
  container: Container,
  of: string | undefined,
  priority: string,
): string | undefined {
  const conf = confFile(host, container.folder, 'redis.conf');
  const lines = conf && directives(conf.text);
  const known = lines?.filter(([name = '']) => name in defaults || secrets.has(name));
  if (!conf || !lines || !known || known.length + roles(lines) < lines.length)
    return 'Bad directive or wrong number of arguments';
  const wrong = known.find(([name = '', ...values]) => choices[name]?.test(values.join(' ')) === false);
  if (wrong) return `>>> '${wrong.join(' ')}' cannot be enabled`;
  const disk = host.disks[`${container.folder}/rootfs.img`];
  const engine: Engine = disk?.engine ?? { name: 'redis', version: '7.0.15' };
  if (disk?.filled && disk.writtenBy && canRead(engine, disk.writtenBy) === false)
    return "Can't handle RDB format version";
  const value = (name: string) => lastValue(known, name);
  conf.text = conf.text.replace(/^(replicaof|slaveof|replica-priority|slave-priority) .*\n/gm, '');
  container.redis = {
    pid: numberFrom(host),
    engine,
    stopped: false,
    since: world.now,
    of,
    linkUp: false,
    linkDownSince: undefined,
    writing: false,
    settings: { ...startSettings(known), 'replica-priority': priority },
    accepted: acceptedFrom(lines),
    requirepass: value('requirepass') ?? '',
    masterauth: value('masterauth') ?? '',
    keys: 0,
    dataBytes: 0,
    connections: 10,
  };
  if (!disk) return undefined;
  // It loads the newest data on the disk, whatever redis.conf says.
  if (disk.complete && disk.filled) container.redis.settings['appendonly'] = disk.aof ? 'yes' : 'no';
  if (container.redis.settings['appendonly'] === 'yes')
    Object.assign(disk, { filled: true, writtenBy: engine, aof: true });
  return undefined;
}

/** The settings with which Redis starts from such lines. */
export function startSettings(lines: readonly (readonly string[])[]): Record<string, string> {
  return Object.fromEntries(
    Object.keys(defaults).map((name) => [name, lastValue(lines, name) ?? defaults[name] ?? '']),
  );
}

function lastValue(lines: readonly (readonly string[])[], name: string): string | undefined {
  const values = lines.filter(([key]) => key === name).map((words) => words.slice(1).join(' '));
  return spreadOverLines.has(name) && values.length ? values.join(' ') : values.at(-1);
}

const secrets = new Set(['requirepass', 'masterauth', 'user']);

/** A line `user default` takes the place of requirepass. */
export function acceptedFrom(lines: readonly (readonly string[])[]): readonly string[] {
  const user = lines.find(([key, name]) => key === 'user' && name === 'default');
  const several = user?.flatMap((word) => (word.startsWith('#') ? [word.slice(1)] : [])).sort();
  return several ?? [sumOf(lastValue(lines, 'requirepass') ?? '')];
}

/** CONFIG SET requirepass: it takes the place of every password. */
export function setRequirepass(redis: RedisWorld, password: string): void {
  Object.assign(redis, { requirepass: password, accepted: [sumOf(password)] });
}

/** As Redis and Sentinel write it. */
export function userLine(accepted: readonly string[]): string {
  return `user default on ${accepted.map((sum) => `#${sum}`).join(' ')} ~* &* +@all`;
}

function roles(lines: readonly (readonly string[])[]): number {
  return lines.filter(([name = '']) => name === 'replicaof' || name === 'replica-priority').length;
}

/** On SIGTERM Redis saves if saving is configured. */
export function stopRedis(_: World, host: HostWorld, container: Container): void {
  const disk = host.disks[`${container.folder}/rootfs.img`];
  if (disk && container.redis && !container.redis.stopped && container.redis.settings['save'])
    Object.assign(disk, {
      filled: true,
      writtenBy: container.redis?.engine,
      aof: disk.aof && container.redis.settings['appendonly'] === 'yes',
    });
  container.redis = undefined;
}

/** A replica's link to its master: up as soon as both are reachable; then its data is complete. True: something changed. */
export function stepLink(world: World, host: HostWorld, container: Container): boolean {
  const own = container.redis;
  if (!own || own.stopped) return false;
  if (own.writing) return onDisk(host, container, own);
  if (own.of === undefined) return false;
  const master = containerInVlan(world, segmentOf(host, container), own.of)?.redis;
  const reached = master !== undefined && master !== own && !master.stopped;
  // A link that is up stays so, whatever the passwords are by now.
  // A replica that is cut off needs all data again, here, which it must be able to read.
  const follows = () =>
    master?.accepted.includes(sumOf(own.masterauth)) === true && canRead(own.engine, master.engine) !== false;
  const up = reached && (own.linkUp || follows());
  if (up === own.linkUp) return false;
  own.linkUp = up;
  own.linkDownSince = up ? undefined : world.now;
  if (!up) return true;
  own.announced = own.settings['replica-announce-ip'] || container.address;
  own.keys = master.keys;
  own.dataBytes = master.dataBytes;
  own.writing = own.settings['appendonly'] === 'yes';
  const disk = host.disks[`${container.folder}/rootfs.img`];
  if (disk) Object.assign(disk, { filled: true, writtenBy: container.redis?.engine, aof: false, complete: false });
  return own.writing || onDisk(host, container, own);
}

/** The load monitor marks a complete replica and makes it electable. */
function onDisk(host: HostWorld, container: Container, own: RedisWorld): boolean {
  own.writing = false;
  const disk = host.disks[`${container.folder}/rootfs.img`];
  if (disk && own.settings['appendonly'] === 'yes')
    Object.assign(disk, { filled: true, writtenBy: container.redis?.engine, aof: true });
  if (own.of !== undefined && !own.linkUp) return true;
  if (disk) disk.complete = true;
  if (own.settings['replica-priority'] === '0') own.settings['replica-priority'] = String(electable);
  return true;
}

/** The address under which its master lists a replica. */
export function announcedBy({ address, redis }: Container): string {
  return redis?.announced ?? address;
}

/** Replicas that are connected to a master and have its data. */
export function replicasOf(world: World, host: HostWorld, container: Container): readonly Container[] {
  const segment = segmentOf(host, container);
  const all = Object.values(world.hosts).flatMap((one) => Object.values(one.containers));
  return all.filter(
    (one) =>
      one.redis?.of === container.address && one.redis.linkUp && containerInVlan(world, segment, one.address) === one,
  );
}

/** CONFIG REWRITE: existing lines stay, and default values are not added. */
export function rewriteRedis(host: HostWorld, container: Container, redis: RedisWorld): void {
  const there = new Set(directives(confFile(host, container.folder, 'redis.conf')?.text ?? '')?.map(([name]) => name));
  const lines = Object.entries(redis.settings).filter(
    ([name, value]) => (value !== defaults[name] || there.has(name)) && name !== 'replica-priority',
  );
  const passwords = [
    `requirepass "${redis.requirepass}"`,
    `masterauth "${redis.masterauth}"`,
    userLine(redis.accepted),
  ];
  const follows = redis.of === undefined ? [] : [`replicaof ${redis.of} ${redis.settings['port']}`];
  const settings = lines.map(([name, value]) => `${name} ${quoted(value)}`);
  putConf(host, container.folder, 'redis.conf', `${[...settings, ...passwords, ...follows].join('\n')}\n`);
}

/** With an eviction policy, a master above its limit evicts keys; its replicas follow. */
export function evict(redis: RedisWorld): void {
  const limit = Number(redis.settings['maxmemory']);
  const over = startupBytes + redis.dataBytes - limit;
  if (!limit || over <= 0 || redis.of !== undefined || redis.settings['maxmemory-policy'] === 'noeviction') return;
  const left = Math.max(0, redis.dataBytes - over);
  redis.keys = redis.dataBytes ? Math.floor((redis.keys * left) / redis.dataBytes) : 0;
  redis.dataBytes = left;
}
