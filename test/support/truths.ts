import { rebootMark } from '../../reconcilers/marks.ts';
import { askedFiles, sumOf } from '../../reconcilers/model/files.ts';
import { memberFolders } from '../../reconcilers/model/lxc.ts';
import { boxIn } from '../../reconcilers/model/members.ts';
import { dataOf, plainLines, secretsIn } from '../../reconcilers/model/members-listing.ts';
import { neighbour, segmentOf } from '../../reconcilers/model/network.ts';
import { noOvs, ovsRuns } from '../../reconcilers/model/ovs.ts';
import { hasProgram, programsOf } from '../../reconcilers/model/packages.ts';
import { replicasOf } from '../../reconcilers/model/redis.ts';
import { unitFile } from '../../reconcilers/model/units.ts';
import { type Box, type HostWorld, hostOf, type World } from '../../reconcilers/model/world.ts';
import { absent, type Observation, present, unknown } from '../../reconcilers/observation.ts';
import type { FileFacts } from '../../reconcilers/questions/files.ts';
import type { Ask, AskOf, Reading, What } from '../../reconcilers/questions/index.ts';
import type { RespEndpoint } from '../../reconcilers/questions/sense.ts';
import { clockKeepers } from '../../reconcilers/questions/system/clock.ts';
import type { UnitFacts } from '../../reconcilers/questions/units.ts';
import { haproxyPlaces, vipPlaces } from '../../renderers/proxy-places.ts';
import { containersIn } from './truths-containers.ts';

/** What each question ought to read, taken from the world without any print in between. */
type Truths = { readonly [W in What]: (world: World, ask: AskOf<W>) => Observation<Reading<W>> };

const truths: Truths = {
  vpcs: ({ ec2 }, { filters }) => present(picked(ec2.vpcs, filters, (one) => ({ 'vpc-id': one.id }))),
  subnets: ({ ec2 }, { filters }) =>
    present(picked(ec2.subnets, filters, (one) => ({ 'subnet-id': one.id, 'cidr-block': one.cidr }))),
  gateways: ({ ec2 }, { filters }) =>
    present(picked(ec2.gateways, filters, (one) => ({ 'internet-gateway-id': one.id }))),
  'route-tables': ({ ec2 }, { filters }) =>
    present(picked(ec2.routeTables, filters, () => ({ 'association.main': 'true' }))),
  groups: ({ ec2 }, { filters }) =>
    present(picked(ec2.groups, filters, (one) => ({ 'group-id': one.id, 'group-name': one.name }))),
  images: ({ ec2 }, { ids }) =>
    present(
      Object.keys(ec2.images)
        .filter((id) => ids.includes(id))
        .map((id) => ({ id, state: 'available', rootDevice: '/dev/xvda', ena: true })),
    ),
  'instance-types': ({ ec2 }, { names }) =>
    present(names.flatMap((name) => (ec2.types[name] ? [{ name, ena: ec2.types[name] }] : []))),
  'key-pairs': ({ ec2 }, { names }) => present(ec2.keyPairs.filter((one) => names.includes(one))),
  initializing: () => present([]),
  instances: ({ ec2 }, { filters }) =>
    present(
      picked(ec2.instances, filters, (one) => ({ 'instance-id': one.instanceId, 'instance-state-name': one.state })),
    ),
  'file-systems': (world, { host }) => present(hostOf(world, host).fileSystems),
  system: (world, { host, packages, programs, units, modules, paths, drivers, initramfs }) => {
    const home = hostOf(world, host);
    const { release, kernel, boot, selinux, packages: installed, modules: loaded, synchronised } = home.system;
    const [, then, target] = /^(\S+ \d+) (\S+)\n$/.exec(home.files[rebootMark]?.text ?? '') ?? [];
    return present({
      release,
      kernel: {
        ...kernel,
        boot: `${boot} 24`,
        modules: modules.filter((one) => loaded.includes(one)),
        rebooted: then && target ? { boot: then, kernel: target } : undefined,
      },
      card: {
        driver: home.system.card,
        kernel: kernel.atBoot ?? kernel.running,
        modules: home.system.drivers && drivers.filter((one) => home.system.drivers?.includes(one)),
        initramfs: initramfs
          ? home.system.initramfs && drivers.filter((one) => home.system.initramfs?.includes(one))
          : undefined,
      },
      selinux,
      packages: Object.fromEntries(Object.entries(installed).filter(([name]) => packages.includes(name))),
      halfway: [],
      programs: programsOf(home, programs),
      services: [...units, ...clockKeepers].map((unit) => unitTruth(home, unit)),
      files: filesOf(home, paths),
      synchronised: home.units['chrony.service']?.active === 'active' ? synchronised : undefined,
    });
  },
  ovs: (world, { host }) => {
    const home = hostOf(world, host);
    if (!hasProgram(home, 'ovs-vsctl')) return absent;
    return ovsRuns(home) ? present(home.ovs) : unknown(`exit 1: ${noOvs}`);
  },
  links: (world, { host }) => present(hostOf(world, host).links),
  files: (world, ask) => present(filesOf(hostOf(world, ask.host), askedFiles(hostOf(world, ask.host), ask))),
  units: (world, { host, units }) => present(units.map((unit) => unitTruth(hostOf(world, host), unit))),
  containers: (world, { host }) => {
    const home = hostOf(world, host);
    return hasProgram(home, home.runtime === 'lxc' ? 'lxc-ls' : 'vzlist') ? present(containersIn(world, home)) : absent;
  },
  template: (world, { host, name, tarball }) => {
    const { tarballs, images } = hostOf(world, host).templates;
    const own = Object.entries(images).filter(([path]) => path.includes(`/${name}@`));
    return present({ tarball: tarballs[tarball], images: own.map(([, image]) => image) });
  },
  members: (world, { host }) => {
    const home = hostOf(world, host);
    const names = memberFolders(home);
    const root = '/var/lib/ec2-redis-operator/members';
    const withConf = names.filter((name) =>
      Object.keys(home.files).some((path) => path.startsWith(`${root}/${name}/conf/`)),
    );
    return names.length ? present(withConf.map((name) => memberOf(home, name, `${root}/${name}`))) : absent;
  },
  redis: (world, { endpoint, settings }) => {
    const { box, redis } = boxAt(world, endpoint);
    if (!redis) throw new Error('nobody answers there');
    const followers = replicasOf(world, homeOf(world, box), box);
    const master = redis.of === undefined;
    const needed = redis.settings['min-replicas-to-write'] !== '0';
    const since = (then: number) => Math.floor((world.now - then) / 1000);
    return present({
      role: master ? 'master' : 'slave',
      master: redis.of === undefined ? undefined : { address: redis.of, port: Number(redis.settings['port']) },
      linkUp: !master && redis.linkUp,
      syncing: false,
      linkDownSeconds:
        !master && !redis.linkUp && redis.linkDownSince !== undefined ? since(redis.linkDownSince) : undefined,
      offset: redis.keys,
      goodReplicas: master && needed ? followers.length : undefined,
      replicas: master ? followers.map((one) => ({ address: one.address, state: 'online', lag: 0 })) : [],
      runId: `${homeOf(world, box).next}-${redis.pid}`,
      version: '7.0.15',
      uptimeSeconds: since(redis.since),
      loading: false,
      onDisk: !redis.writing || redis.settings['appendonly'] !== 'yes',
      keys: redis.keys,
      settings: Object.fromEntries(
        settings.flatMap((name) => (name in redis.settings ? [[name, redis.settings[name] ?? '']] : [])),
      ),
    });
  },
  sentinel: (world, { endpoint, master }) => {
    const { box, sentinel } = boxAt(world, endpoint);
    if (!sentinel) throw new Error('nobody answers there');
    const { own, watch } = sentinel;
    const from = segmentOf(homeOf(world, box), box);
    const flags = (address: string, service: 'redis' | 'sentinel', kind: string) => {
      const server = neighbour(world, from, address)?.[service];
      return server && !server.stopped ? [kind] : ['s_down', kind, 'disconnected'];
    };
    const ours = watch?.name === master ? watch : undefined;
    return present({
      watches: watch ? [watch.name] : [],
      master: ours && {
        address: ours.address,
        port: Number(ours.port),
        epoch: ours.epoch,
        flags: ours.downSince === undefined ? ['master'] : ['s_down', 'master'],
        quorum: Number(ours.options['quorum']),
        downAfterMs: Number(ours.options['down-after-milliseconds']),
        failoverTimeoutMs: Number(ours.options['failover-timeout']),
        parallelSyncs: Number(ours.options['parallel-syncs']),
        otherSentinels: ours.sentinels.length,
      },
      replicas: (ours?.replicas ?? []).map((address) => ({
        address,
        port: 6379,
        flags: flags(address, 'redis', 'slave'),
        roleReported: 'slave',
        roleReportedMs: 9000,
      })),
      sentinels: (ours?.sentinels ?? []).map((address) => ({
        address,
        port: 26379,
        flags: flags(address, 'sentinel', 'sentinel'),
        runId: `run-${address}`,
      })),
      quorumCheck: quorumOf(ours),
      tilt: false,
      announceIp: own['announce-ip'] ?? '',
      announcePort: Number(own['announce-port']),
      resolveHostnames: own['resolve-hostnames'] ?? '',
    });
  },
  haproxy: (world, { host }) => {
    const home = hostOf(world, host);
    const cfgs = Object.keys(home.files)
      .filter((path) => path.startsWith(haproxyPlaces.folder) && path.endsWith('.cfg'))
      .sort();
    const binds = cfgs.flatMap((path) =>
      (home.files[path]?.text ?? '').split('\n').flatMap((line) => {
        const [, address] = /^ *bind (\S+)/.exec(line) ?? [];
        return address ? [{ path, address }] : [];
      }),
    );
    const files = filesOf(home, [...cfgs, haproxyPlaces.loader, haproxyPlaces.unitFile]);
    const version = hasProgram(home, 'haproxy') ? '2.6.12-1+deb12u4' : undefined;
    return present({
      missing: missingOf(home, ['haproxy', 'socat']),
      version,
      files,
      binds,
      process: processOf(world, home),
    });
  },
  keepalived: (world, { host, pair }) => {
    const home = hostOf(world, host);
    const { configuration, settings, loader, check, notify, unitFile: unit, stamp, states } = vipPlaces;
    const [state, since] = home.files[`${states}/${pair}`]?.text.split(' ') ?? [];
    const [outcome, at, ...words] = home.files[`${states}/${pair}.move`]?.text.trim().split(' ') ?? [];
    const now = Math.floor(world.now / 1000);
    return present({
      missing: missingOf(home, ['keepalived', 'socat', 'curl']),
      files: filesOf(home, [configuration, settings, loader, check, notify, unit]),
      loaded: home.files[stamp]?.text.trim(),
      vrrp: state && since ? { state, forSeconds: now - Number(since) } : undefined,
      move: outcome ? { outcome, agoSeconds: now - Number(at), words: words.join(' ') } : undefined,
    });
  },
  'address-owner': ({ ec2 }, { addresses }) =>
    present(ec2.interfaces.filter((one) => one.addresses.some(({ address }) => addresses.includes(address)))),
};

/** What an ask should bring, where somebody answers. */
export function truthOf(world: World, ask: Ask): Observation<unknown> {
  return (truths[ask.what] as (world: World, ask: Ask) => Observation<unknown>)(world, ask);
}

/** Those of a list that filters let through, given what each is called by. */
function picked<T extends { readonly tags: Readonly<Record<string, string>> }>(
  list: readonly T[],
  filters: Readonly<Record<string, readonly string[]>>,
  known: (one: T) => Readonly<Record<string, string>>,
): readonly T[] {
  return list.filter((one) =>
    Object.entries(filters).every(([name, values]) =>
      values.includes(known(one)[name] ?? one.tags[name.replace('tag:', '')] ?? ''),
    ),
  );
}

function unitTruth(host: HostWorld, unit: string): UnitFacts {
  const state = host.units[unit];
  const file = unitFile(host, unit);
  const active = state?.active ?? 'inactive';
  return {
    unit,
    loaded: file !== undefined || (active === 'active' && state?.read !== undefined),
    active,
    enabled: (state?.enabled ?? false) && file !== undefined,
    needsDaemonReload: active === 'active' && state?.read !== file,
  };
}

function missingOf(host: HostWorld, programs: readonly string[]): readonly string[] {
  return programs.filter((program) => !hasProgram(host, program));
}

function filesOf(host: HostWorld, paths: readonly string[]): readonly FileFacts[] {
  return paths.flatMap((path) => {
    const file = host.files[path];
    return file ? [{ path, mode: file.mode, owner: file.owner.split(':')[0] ?? '', sha256: sumOf(file.text) }] : [];
  });
}

function memberOf(host: HostWorld, name: string, folder: string) {
  const box = boxIn(host, folder);
  const under = (part: string) =>
    Object.entries(host.files).flatMap(([path, file]) =>
      path.startsWith(`${folder}/${part}/`) ? [[path.split('/').at(-1) ?? '', file] as const] : [],
    );
  const told = new Set(['redis-run', 'sentinel-run', 'auth']);
  const texts = under('conf').filter(([file]) => /^(redis|sentinel)\.conf$/.test(file));
  const [state = '', ...words] = host.files[`${folder}/conf/fence`]?.text.trim().split(' ') ?? [];
  const stopped = (server: { stopped: boolean } | undefined) => (server?.stopped ? 'T' : 'S');
  return {
    name,
    marks: Object.fromEntries(under('marks').map(([mark, { text }]) => [mark, text.split('\n')[0] ?? ''])),
    files: Object.fromEntries(
      under('conf').map(([file, { mode, text }]) => [file, { mode, sha256: told.has(file) ? sumOf(text) : undefined }]),
    ),
    lines: Object.fromEntries(
      texts.flatMap(([file, { text }]) => (plainLines(text).length ? [[file, plainLines(text)]] : [])),
    ),
    secrets: Object.fromEntries(
      texts.flatMap(([file, { text }]) => secretsIn(text).map(([key, value]) => [`${file} ${key}`, sumOf(value)])),
    ),
    fence: state ? { state, words: words.join(' ') } : undefined,
    exits: exitsIn(host.files[`${folder}/conf/redis-exits`]?.text),
    processes: [
      ...(box?.redis ? [{ command: 'redis-server' as const, pid: box.redis.pid, state: stopped(box.redis) }] : []),
      ...(box?.sentinel
        ? [{ command: 'redis-sentinel' as const, pid: box.sentinel.pid, state: stopped(box.sentinel) }]
        : []),
    ],
    data: box && dataOf(host.disks[`${folder}/rootfs.img`]),
  };
}

function exitsIn(text: string | undefined) {
  const [times, words = ''] = text?.trim().split('\t') ?? [];
  return times === undefined ? undefined : { times: Number(times), words };
}

function processOf(world: World, { haproxy }: HostWorld) {
  if (!haproxy) return undefined;
  const since = (then: number) => Math.floor((world.now - then) / 1000);
  const tenants = new Set(Object.keys(haproxy.servers).flatMap((key) => /^redis\.([^/]+)/.exec(key)?.[1] ?? []));
  const servers = (prefix: string, down: string) =>
    Object.entries(haproxy.servers).flatMap(([key, { up, since: then }]) =>
      key.startsWith(prefix)
        ? [
            {
              name: key.split('/')[1] ?? '',
              up,
              sinceSeconds: since(then),
              sessions: 0,
              check: up ? 'passes its check' : down,
            },
          ]
        : [],
    );
  return {
    version: '2.6.12-1+deb12u4',
    pid: haproxy.pid,
    uptimeSeconds: since(haproxy.since),
    loaded: new Map(Object.entries(haproxy.loaded).map(([name, text]) => [name, sumOf(text)])),
    tenants: [...tenants].map((tenant) => ({
      tenant,
      listener: 'OPEN',
      sessions: 0,
      servers: servers(`redis.${tenant}/`, 'is not master'),
      sentinels: servers(`sentinel.${tenant}.`, 'is not master'),
    })),
  };
}

function quorumOf(watch: NonNullable<Box['sentinel']>['watch']) {
  if (!watch) return { ok: false, words: 'ERR No such master with that name' };
  return watch.sentinels.length + 1 >= Number(watch.options['quorum'])
    ? { ok: true, words: 'OK usable Sentinels' }
    : { ok: false, words: 'NOQUORUM not enough available Sentinels' };
}

function boxesOf(world: World): readonly Box[] {
  return Object.values(world.hosts).flatMap((host) => Object.values(host.boxes));
}

function boxAt(world: World, { address }: RespEndpoint): { box: Box } & Pick<Box, 'redis' | 'sentinel'> {
  const box = boxesOf(world).find((one) => one.address === address);
  if (!box) throw new Error(`no container has ${address}`);
  return { box, redis: box.redis, sentinel: box.sentinel };
}

function homeOf(world: World, box: Box): HostWorld {
  const home = Object.values(world.hosts).find((host) => Object.values(host.boxes).includes(box));
  if (!home) throw new Error('a container is on no host');
  return home;
}
