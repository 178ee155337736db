import { electable, type FenceState, permitFile } from '../../renderers/redis-fence.ts';
import { confFile, exitsFile, putConf } from './conf.ts';
import { neighbour, segmentOf } from './network.ts';
import { startRedis } from './redis.ts';
import type { Box, HostWorld, RedisWorld, World } from './world.ts';

/** What the run script says in its first lines, read back from the file. */
interface Facts {
  readonly me: string;
  readonly addresses: readonly string[];
  readonly masterName: string;
  readonly majority: number;
  readonly hold: number;
  readonly patience: number;
  readonly durable: boolean;
}

/** PID 1 runs redis-run while no Redis runs: one look of the fence (renderers/redis-fence.ts). True: something changed. */
export function tickFence(world: World, host: HostWorld, box: Box): boolean {
  const facts = factsOf(confFile(host, box.folder, 'redis-run')?.text ?? '');
  if (!facts) return false;
  if (box.redis) return forsaken(world, host, box, box.redis, facts);
  const tell = (state: FenceState, words: string) => told(host, box, state, words);
  if (!confFile(host, box.folder, 'redis.conf') || !confFile(host, box.folder, 'auth'))
    return tell('not-set-up', 'there is no redis.conf or auth in /etc/redis yet');
  const named = namedBy(world, host, box, facts);
  const fresh = box.fence?.named !== named;
  if (fresh) box.fence = { named, since: world.now };
  const waited = (world.now - (box.fence?.since ?? 0)) / 1000;
  const changed =
    named === ''
      ? tell('no-majority', 'no majority of the Sentinels names one master at one epoch')
      : named === facts.me
        ? lead(world, host, box, facts, waited)
        : follow(world, host, box, facts, named, waited);
  return changed || fresh;
}

/** The fence's watcher makes a replica electable that came with whole data and reached no master. */
function forsaken(world: World, host: HostWorld, box: Box, own: RedisWorld, { patience }: Facts): boolean {
  const disk = host.disks[`${box.folder}/rootfs.img`];
  const alone = own.of !== undefined && !own.linkUp && own.linkDownSince === undefined && !own.stopped;
  if (!alone || !disk?.complete || !disk.filled || own.settings['replica-priority'] !== '0') return false;
  if (world.now - own.since < patience * 1000) return false;
  own.settings['replica-priority'] = String(electable);
  return true;
}

function lead(world: World, host: HostWorld, box: Box, facts: Facts, waited: number): boolean {
  const others = facts.addresses
    .filter((address) => address !== facts.me)
    .map((address) => roleOf(world, host, box, address));
  const tell = (state: FenceState, words: string) => told(host, box, state, words);
  if (others.some(({ role }) => role === 'master')) return tell('held-master', 'another one says that it is master');
  const holders = others.filter(({ keys }) => keys > 0).length;
  const disk = host.disks[`${box.folder}/rootfs.img`];
  if (!disk?.complete || !disk.filled) {
    if (!confFile(host, box.folder, permitFile) || holders) return tell('held-empty', 'it has no complete data');
    if (disk) disk.complete = true;
    return begin(world, host, box, undefined, String(electable));
  }
  if (others.every(({ role }) => role === 'refused')) return begin(world, host, box, undefined, String(electable));
  if (waited < facts.hold) return tell('held-named', 'it waits for the Sentinels to promote a replica');
  if (!(facts.durable && disk.aof) && holders)
    return tell('held-older', 'replicas that run may hold newer data than this disk');
  return begin(world, host, box, undefined, String(electable));
}

function follow(world: World, host: HostWorld, box: Box, facts: Facts, named: string, waited: number): boolean {
  delete host.files[`${box.folder}/conf/${permitFile}`];
  if (!facts.addresses.includes(named)) return told(host, box, 'held-foreign', `the Sentinels name ${named}`);
  const { role } = roleOf(world, host, box, named);
  if (role === 'master') return begin(world, host, box, named, '0');
  const disk = host.disks[`${box.folder}/rootfs.img`];
  if (waited >= facts.patience && disk?.complete && disk.filled)
    return begin(world, host, box, named, String(electable));
  return told(host, box, 'held-silent', `the Sentinels name ${named}, which does not answer as master`);
}

function begin(world: World, host: HostWorld, box: Box, of: string | undefined, priority: string): boolean {
  told(
    host,
    box,
    of === undefined ? 'master' : 'replica',
    of === undefined ? 'started as master' : `started as replica of ${of}`,
  );
  delete host.files[`${box.folder}/conf/${permitFile}`];
  const refusal = startRedis(world, host, box, of, priority);
  if (refusal !== undefined) return exited(host, box, refusal);
  box.fence = undefined;
  return true;
}

/** PID 1 counts a Redis that did not last, and its last words are in the log. The world comes to rest when nothing new is learnt. */
function exited(host: HostWorld, box: Box, words: string): boolean {
  const times = Number.parseInt(confFile(host, box.folder, exitsFile)?.text ?? '0', 10) + 1;
  if (times > 9) return false;
  putConf(host, box.folder, exitsFile, `${times}\t${words}\n`);
  return true;
}

/** Written only when it changes. */
function told(host: HostWorld, box: Box, state: FenceState, words: string): boolean {
  const line = `${state} ${words}\n`;
  if (confFile(host, box.folder, 'fence')?.text === line) return false;
  putConf(host, box.folder, 'fence', line);
  return true;
}

/** Whom a strict majority of all Sentinels names at one epoch, with nobody at a later one; empty: nobody. */
function namedBy(world: World, host: HostWorld, box: Box, facts: Facts): string {
  const votes = facts.addresses.flatMap((address) => {
    const sentinel = neighbour(world, segmentOf(host, box), address)?.sentinel;
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
  box: Box,
  address: string,
): { readonly role: string; readonly keys: number } {
  const other = neighbour(world, segmentOf(host, box), address);
  if (!other || other.redis?.stopped) return { role: 'silent', keys: 0 };
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
    patience: Number(value('patience')),
  };
  return { me, masterName, addresses, durable: value('durable') === 'yes', ...numbers };
}
