import { electable, type GuardState, permitFile } from '../renderers/redis/start-guard.ts';
import { confFile, exitsFile, putConf } from './conf.ts';
import { containerInVlan, segmentOf } from './network.ts';
import { startRedis } from './redis.ts';
import type { Container, HostWorld, RedisWorld, World } from './world.ts';

/** The facts in the first lines of the run script, read back from the file. */
interface Facts {
  readonly me: string;
  readonly addresses: readonly string[];
  readonly masterName: string;
  readonly majority: number;
  readonly hold: number;
  readonly grace: number;
  readonly durable: boolean;
}

/** PID 1 runs redis-run while no Redis runs: one round of the start guard (renderers/redis/start-guard.ts). True: something changed. */
export function stepStartGuard(world: World, host: HostWorld, container: Container): boolean {
  const facts = factsOf(confFile(host, container.folder, 'redis-run')?.text ?? '');
  if (!facts) return false;
  if (container.redis) return raiseWithoutMaster(world, host, container, container.redis, facts);
  const report = (state: GuardState, message: string) => reported(host, container, state, message);
  if (!confFile(host, container.folder, 'redis.conf') || !confFile(host, container.folder, 'auth'))
    return report('not-set-up', 'there is no redis.conf or auth in /etc/redis yet');
  const named = namedBy(world, host, container, facts);
  const fresh = container.startGuard?.named !== named;
  if (fresh) container.startGuard = { named, since: world.now };
  const waited = (world.now - (container.startGuard?.since ?? 0)) / 1000;
  const changed =
    named === ''
      ? report('no-majority', 'no majority of the Sentinels names one master at one epoch')
      : named === facts.me
        ? lead(world, host, container, facts, waited)
        : follow(world, host, container, facts, named, waited);
  return changed || fresh;
}

/** The load monitor makes a replica electable that started with complete data and reached no master. */
function raiseWithoutMaster(
  world: World,
  host: HostWorld,
  container: Container,
  own: RedisWorld,
  { grace }: Facts,
): boolean {
  const disk = host.disks[`${container.folder}/rootfs.img`];
  const alone = own.of !== undefined && !own.linkUp && own.linkDownSince === undefined && !own.stopped;
  if (!alone || !disk?.complete || !disk.filled || own.settings['replica-priority'] !== '0') return false;
  if (world.now - own.since < grace * 1000) return false;
  own.settings['replica-priority'] = String(electable);
  return true;
}

function lead(world: World, host: HostWorld, container: Container, facts: Facts, waited: number): boolean {
  const others = facts.addresses
    .filter((address) => address !== facts.me)
    .map((address) => roleOf(world, host, container, address));
  const report = (state: GuardState, message: string) => reported(host, container, state, message);
  if (others.some(({ role }) => role === 'master')) return report('waiting-for-failover', 'another one runs as master');
  const holders = others.filter(({ keys }) => keys > 0).length;
  const disk = host.disks[`${container.folder}/rootfs.img`];
  if (!disk?.complete || !disk.filled) {
    if (!confFile(host, container.folder, permitFile) || holders)
      return report('waiting-for-data', 'it has no complete data');
    if (disk) disk.complete = true;
    return begin(world, host, container, undefined, String(electable));
  }
  if (others.every(({ role }) => role === 'refused'))
    return begin(world, host, container, undefined, String(electable));
  if (waited < facts.hold) return report('waiting-for-promotion', 'it waits for the Sentinels to promote a replica');
  if (!(facts.durable && disk.aof) && holders)
    return report('replicas-may-be-newer', 'running replicas may have newer data than this disk');
  return begin(world, host, container, undefined, String(electable));
}

function follow(
  world: World,
  host: HostWorld,
  container: Container,
  facts: Facts,
  named: string,
  waited: number,
): boolean {
  delete host.files[`${container.folder}/conf/${permitFile}`];
  if (!facts.addresses.includes(named))
    return reported(host, container, 'foreign-master-named', `the Sentinels name ${named}`);
  const { role } = roleOf(world, host, container, named);
  if (role === 'master') return begin(world, host, container, named, '0');
  const disk = host.disks[`${container.folder}/rootfs.img`];
  if (waited >= facts.grace && disk?.complete && disk.filled)
    return begin(world, host, container, named, String(electable));
  return reported(
    host,
    container,
    'waiting-for-answers',
    `the Sentinels name ${named}, which does not answer as master`,
  );
}

function begin(world: World, host: HostWorld, container: Container, of: string | undefined, priority: string): boolean {
  reported(
    host,
    container,
    of === undefined ? 'master' : 'replica',
    of === undefined ? 'started as master' : `started as replica of ${of}`,
  );
  delete host.files[`${container.folder}/conf/${permitFile}`];
  const refusal = startRedis(world, host, container, of, priority);
  if (refusal !== undefined) return exited(host, container, refusal);
  container.startGuard = undefined;
  return true;
}

/** PID 1 counts a Redis that exited, and its last message is in the log. The count ends, so that the world comes to rest. */
function exited(host: HostWorld, container: Container, message: string): boolean {
  const times = Number.parseInt(confFile(host, container.folder, exitsFile)?.text ?? '0', 10) + 1;
  if (times > 9) return false;
  putConf(host, container.folder, exitsFile, `${times}\t${message}\n`);
  return true;
}

/** Written only when it changes. */
function reported(host: HostWorld, container: Container, state: GuardState, message: string): boolean {
  const line = `${state} ${message}\n`;
  if (confFile(host, container.folder, 'start-guard')?.text === line) return false;
  putConf(host, container.folder, 'start-guard', line);
  return true;
}

/** The master that a strict majority of all Sentinels names at one epoch, with no vote at a later one; empty: none. */
function namedBy(world: World, host: HostWorld, container: Container, facts: Facts): string {
  const votes = facts.addresses.flatMap((address) => {
    const sentinel = containerInVlan(world, segmentOf(host, container), address)?.sentinel;
    const watch = sentinel?.stopped ? undefined : sentinel?.watch;
    return watch?.name === facts.masterName ? [watch] : [];
  });
  const newest = Math.max(...votes.map(({ epoch }) => epoch));
  const named = votes.find(
    ({ address, epoch }) =>
      votes.filter((one) => one.address === address && one.epoch === epoch).length >= facts.majority,
  );
  return named && named.epoch === newest ? named.address : '';
}

function roleOf(
  world: World,
  host: HostWorld,
  container: Container,
  address: string,
): { readonly role: string; readonly keys: number } {
  const other = containerInVlan(world, segmentOf(host, container), address);
  if (!other || other.redis?.stopped) return { role: 'noReply', keys: 0 };
  if (!other.redis) return { role: 'refused', keys: 0 };
  return { role: other.redis.of === undefined ? 'master' : 'slave', keys: other.redis.keys };
}

function factsOf(script: string): Facts | undefined {
  const value = (name: string) => new RegExp(`(?:^| )${name}='([^']*)'`, 'm').exec(script)?.[1];
  const addresses = /^set -- (.*)$/m.exec(script)?.[1]?.match(/[\d.]+/g);
  const [me, masterName] = [value('me'), value('master_name')];
  if (!me || !masterName || !addresses) return undefined;
  const numbers = {
    majority: Number(value('majority')),
    hold: Number(value('hold')),
    grace: Number(value('grace')),
  };
  return { me, masterName, addresses, durable: value('durable') === 'yes', ...numbers };
}
