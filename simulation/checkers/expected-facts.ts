import type { RespEndpoint } from '../../reconcilers/facts/fact.ts';
import type { FileFacts } from '../../reconcilers/facts/host/files.ts';
import { timeSyncDaemons } from '../../reconcilers/facts/host/system/clock.ts';
import type { CloudInit } from '../../reconcilers/facts/host/system/first-boot.ts';
import type { UnitFacts } from '../../reconcilers/facts/host/units.ts';
import type { Keepalived } from '../../reconcilers/facts/keepalived/keepalived.ts';
import { absent, type Observation, present, unknown } from '../../reconcilers/facts/observation.ts';
import type { FactName, FactRequest, FactRequestOf, FactValue } from '../../reconcilers/facts/requests.ts';
import { drainedMark, formerVipsMark, installedMark, rebootMark } from '../../renderers/lib/markers.ts';
import { haproxyPlaces, vipPlaces } from '../../renderers/lib/proxy-paths.ts';
import { digest } from '../../renderers/lib/text.ts';
import { attachedTo, deviceNumber, onRootVolume } from '../data-volumes.ts';
import { addressesOf, addressesPerInterface, vcpusPerInstance, zones } from '../ec2-describe.ts';
import { requestedFiles, sumOf } from '../files.ts';
import { limitOfAllIn, limitsIn, serverAddresses, sourcesOf } from '../haproxy.ts';
import { memberFolders } from '../lxc.ts';
import { containerIn } from '../members.ts';
import { dataOf, plainLines, secretsIn } from '../members-listing.ts';
import { containerInVlan, segmentOf } from '../network.ts';
import { noOvs, ovsRuns } from '../ovs.ts';
import { hasProgram, packageVersion, programsOf } from '../packages.ts';
import { announcedBy, replicasOf, startupBytes } from '../redis.ts';
import { unitFile } from '../units.ts';
import { type Container, type HostWorld, hostOf, type SystemWorld, type World } from '../world.ts';
import { containersIn } from './expected-containers.ts';

function cloudInitOf({ firstBoot, cloudInitError }: SystemWorld): CloudInit | undefined {
  if (firstBoot.cloudInit) return { status: 'running' };
  return cloudInitError === undefined ? undefined : { status: 'failed', detail: cloudInitError };
}

/** The expected value of each fact, taken directly from the simulated state. */
type ExpectedFacts = {
  readonly [W in FactName]: (world: World, request: FactRequestOf<W>) => Observation<FactValue<W>>;
};

const expectedFacts: ExpectedFacts = {
  vpcs: ({ ec2 }, { filters }) => present(picked(ec2.vpcs, filters, (one) => ({ 'vpc-id': one.id }))),
  subnets: ({ ec2 }, { filters }) =>
    present(picked(ec2.subnets, filters, (one) => ({ 'subnet-id': one.id, 'cidr-block': one.cidr }))),
  'elastic-addresses': ({ ec2 }, { filters }) =>
    present(picked(ec2.elasticAddresses, filters, (one) => ({ 'allocation-id': one.id }))),
  gateways: ({ ec2 }, { filters }) =>
    present(picked(ec2.gateways, filters, (one) => ({ 'internet-gateway-id': one.id }))),
  'route-tables': ({ ec2 }, { filters }) =>
    present(picked(ec2.routeTables, filters, (one) => ({ 'association.main': String(one.main), 'vpc-id': one.vpcId }))),
  'nat-gateways': ({ ec2 }, { filters }) =>
    present(picked(ec2.natGateways, filters, (one) => ({ 'nat-gateway-id': one.id }))),
  'vpc-endpoints': ({ ec2 }, { filters }) =>
    present(picked(ec2.endpoints, filters, (one) => ({ 'vpc-endpoint-id': one.id, 'vpc-id': one.vpcId }))),
  groups: ({ ec2 }, { filters }) =>
    present(picked(ec2.groups, filters, (one) => ({ 'group-id': one.id, 'group-name': one.name }))),
  images: ({ ec2 }, { ids }) =>
    present(
      Object.keys(ec2.images)
        .filter((id) => ids.includes(id))
        .map((id) => ({
          id,
          state: 'available',
          rootDevice: '/dev/xvda',
          ena: true,
          architecture: ec2.armImages.includes(id) ? 'arm64' : 'x86_64',
        })),
    ),
  'instance-types': ({ ec2 }, { names }) =>
    present(
      names.flatMap((name) =>
        ec2.types[name]
          ? [
              {
                name,
                ena: ec2.types[name],
                architectures: ['x86_64'],
                addresses: addressesPerInterface,
                vcpus: vcpusPerInstance,
              },
            ]
          : [],
      ),
    ),
  'type-offerings': ({ ec2 }, { names }) =>
    present(
      Object.keys(ec2.types)
        .filter((type) => names.includes(type))
        .flatMap((type) => zones.filter((zone) => !ec2.closedZones.includes(zone)).map((zone) => ({ type, zone }))),
    ),
  'key-pairs': ({ ec2 }, { names }) => present(ec2.keyPairs.filter((one) => names.includes(one))),
  initializing: () => present([]),
  instances: ({ ec2 }, { filters }) =>
    present(
      picked(ec2.instances, filters, (one) => ({
        'instance-id': one.instanceId,
        'instance-state-name': one.state,
      })).map(({ launchedPublic: _, ...one }) => ({
        ...one,
        addresses: one.networkInterfaceId ? addressesOf(one, ec2.interfaces) : [],
      })),
    ),
  'running-instances': ({ ec2 }) =>
    present(
      ec2.instances
        .filter(({ state }) => state === 'pending' || state === 'running')
        .map(({ type = '' }) => ({ type, vcpus: vcpusPerInstance })),
    ),
  'placement-groups': ({ ec2 }, { filters }) =>
    present(picked(ec2.placementGroups, filters, (one) => ({ 'group-name': one.name }))),
  'termination-protection': ({ ec2 }, { instanceId }) => present(ec2.terminationProtected.includes(instanceId)),
  volumes: ({ ec2 }, { filters }) => present(picked(ec2.volumes, filters, () => ({}))),
  'path-mtu': (world, { host, mtu, peers }) => {
    const carries = (one: HostWorld) => one.carriesBytes ?? mtu;
    return present(
      peers.flatMap((address) => {
        const [name] = Object.entries(world.hosts).find(([, one]) => addressesOn(one).includes(address)) ?? [];
        const up = world.ec2.instances.some((one) => one.privateAddress === address && one.state === 'running');
        const peer = name === undefined || !up ? undefined : hostOf(world, name);
        if (!peer?.system.nic) return [];
        return [{ address, carries: Math.min(mtu, carries(peer), carries(hostOf(world, host))) }];
      }),
    );
  },
  firewall: (world, { host }) => present(hostOf(world, host).firewall ?? []),
  'file-systems': (world, { host }) => present(hostOf(world, host).fileSystems),
  drained: (world, { host }) => {
    const [until = '', reason = ''] = hostOf(world, host).files[drainedMark]?.text.split('\n') ?? [];
    if (!until) return { state: 'absent' };
    const seconds = Math.max(0, Number(until) - Math.floor(world.now / 1000));
    return present({ seconds, until: Number(until) * 1000, reason });
  },
  'data-disk': (world, { host }) => {
    const hostWorld = hostOf(world, host);
    return present({
      devices: attachedTo(world, hostWorld).map(({ id, gibibytes }) => {
        const size = world.ec2.volumeContents[id]?.fileSystemBytes;
        return {
          serial: id.replace('-', ''),
          path: `/dev/nvme${id.slice(-2)}n1`,
          number: deviceNumber(id),
          bytes: gibibytes * 2 ** 30,
          content: size === undefined ? 'blank' : 'ext4',
          fileSystemBytes: size,
        };
      }),
      mounted: hostWorld.dataVolume === undefined ? undefined : deviceNumber(hostWorld.dataVolume),
      occupied: onRootVolume(hostWorld),
    });
  },
  system: (world, { host, packages, programs, units, modules, paths, settings, drivers, initramfs }) => {
    const hostWorld = hostOf(world, host);
    const {
      release,
      kernel,
      boot,
      selinux,
      packages: installed,
      modules: loaded,
      synchronized,
      firstBoot,
    } = hostWorld.system;
    const [, then, target] = /^(\S+ \d+) (\S+)\n$/.exec(hostWorld.files[rebootMark]?.text ?? '') ?? [];
    return present({
      release,
      kernel: {
        ...kernel,
        boot: `${boot} 24`,
        modules: modules.filter((one) => loaded.includes(one)),
        rebooted: then && target ? { boot: then, kernel: target } : undefined,
      },
      nic: {
        driver: hostWorld.system.nic,
        kernel: kernel.atBoot ?? kernel.running,
        modules: hostWorld.system.drivers && drivers.filter((one) => hostWorld.system.drivers?.includes(one)),
        initramfs: initramfs
          ? hostWorld.system.initramfs && drivers.filter((one) => hostWorld.system.initramfs?.includes(one))
          : undefined,
      },
      selinux,
      settings: Object.fromEntries(
        Object.entries(hostWorld.system.settings).filter(([name]) => settings.includes(name)),
      ),
      packages: Object.fromEntries(Object.entries(installed).filter(([name]) => packages.includes(name))),
      halfConfigured: [],
      programs: programsOf(hostWorld, programs),
      installedByUs: (hostWorld.files[installedMark]?.text ?? '').split('\n').filter(Boolean),
      masked: [...units, ...timeSyncDaemons].filter((unit) => hostWorld.units[unit]?.masked),
      services: [...units, ...timeSyncDaemons].map((unit) => expectedUnit(hostWorld, unit)),
      files: filesOf(hostWorld, paths),
      synchronized:
        hostWorld.units['chrony.service']?.active === 'active' ? synchronized && !firstBoot.clock : undefined,
      cloudInit: cloudInitOf(hostWorld.system),
      packageLock: firstBoot.upgrade ? 'unattended-upgr (PID 812)' : undefined,
      recentlyBooted: Object.keys(firstBoot).length > 0,
    });
  },
  preparation: (world, { host, manager, packages }) => {
    const { kernel, notToBeHad = [] } = hostOf(world, host).system;
    const there = manager ? packages.filter((one) => !notToBeHad.includes(one)) : [];
    return present({
      kernel: { release: kernel.running, hasFolder: true, missing: [] },
      packages: Object.fromEntries(
        there.map((one) => [one, { candidate: packageVersion, versions: [packageVersion] }]),
      ),
      unread: [],
    });
  },
  ovs: (world, { host }) => {
    const hostWorld = hostOf(world, host);
    if (!hasProgram(hostWorld, 'ovs-vsctl')) return absent;
    return ovsRuns(hostWorld) ? present(hostWorld.ovs) : unknown(`exit 1: ${noOvs}`);
  },
  links: (world, { host }) => present(hostOf(world, host).links),
  files: (world, request) =>
    present(filesOf(hostOf(world, request.host), requestedFiles(hostOf(world, request.host), request))),
  units: (world, { host, units }) => present(units.map((unit) => expectedUnit(hostOf(world, host), unit))),
  containers: (world, { host }) => {
    const hostWorld = hostOf(world, host);
    return hasProgram(hostWorld, hostWorld.runtime === 'lxc' ? 'lxc-ls' : 'vzlist')
      ? present(containersIn(world, hostWorld))
      : absent;
  },
  template: (world, { host, name, tarball }) => {
    const { tarballs, images, origins } = hostOf(world, host).templates;
    const origin = origins[tarball];
    const own = Object.entries(images).filter(([path]) => path.includes(`/${name}@`));
    return present({
      tarball: tarballs[tarball],
      images: own.map(([, image]) => image),
      ...(origin ? { origin } : {}),
    });
  },
  members: (world, { host }) => {
    const hostWorld = hostOf(world, host);
    const names = memberFolders(hostWorld);
    const root = '/var/lib/ec2-redis-operator/members';
    const withConf = names.filter((name) =>
      Object.keys(hostWorld.files).some((path) => path.startsWith(`${root}/${name}/conf/`)),
    );
    return names.length ? present(withConf.map((name) => memberOf(hostWorld, name, `${root}/${name}`))) : absent;
  },
  redis: (world, { endpoint, settings }) => {
    const { container, redis } = containerAt(world, endpoint);
    if (!redis) throw new Error('no server responds there');
    const followers = replicasOf(world, homeOf(world, container), container);
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
      replicas: master
        ? followers.map((one) => ({ address: announcedBy(one), port: 6379, state: 'online', lag: 0 }))
        : [],
      runId: `${homeOf(world, container).next}-${redis.pid}`,
      engine: redis.engine.name,
      version: redis.engine.version,
      uptimeSeconds: since(redis.since),
      loading: false,
      onDisk: !redis.writing || redis.settings['appendonly'] !== 'yes',
      settingsRefused: undefined,
      notSaved: [],
      memory: {
        usedBytes: startupBytes + redis.dataBytes,
        notCountedBytes: 0,
        startupBytes,
        maxBytes: Number(redis.settings['maxmemory'] ?? 0),
        policy: redis.settings['maxmemory-policy'] ?? '',
      },
      keys: redis.keys,
      databases: [],
      expiringKeys: 0,
      connections: redis.connections,
      masterauth: digest(redis.masterauth),
      accepted: redis.accepted,
      settings: Object.fromEntries(
        settings.flatMap((name) => (name in redis.settings ? [[name, redis.settings[name] ?? '']] : [])),
      ),
    });
  },
  sentinel: (world, { endpoint, master }) => {
    const { container, sentinel } = containerAt(world, endpoint);
    if (!sentinel) throw new Error('no server responds there');
    const { own, watch } = sentinel;
    const from = segmentOf(homeOf(world, container), container);
    const flags = (address: string, service: 'redis' | 'sentinel', kind: string) => {
      const server = containerInVlan(world, from, address)?.[service];
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
      accepted: sentinel.accepted,
    });
  },
  service: (world, { endpoint }) => {
    const all = containersOf(world).filter(({ folder }) => folder.includes(`/${endpoint.tenant}-`));
    const master = all.find(({ redis }) => redis && redis.of === undefined);
    if (!master?.redis) throw new Error('no server responds there');
    const good = replicasOf(world, homeOf(world, master), master).length;
    const refused = good < Number(master.redis.settings['min-replicas-to-write']);
    return present(
      refused
        ? { outcome: 'refused', refusal: 'NOREPLICAS', words: 'NOREPLICAS Not enough good replicas to write.' }
        : { outcome: 'writable', words: '' },
    );
  },
  haproxy: (world, { host }) => {
    const hostWorld = hostOf(world, host);
    const cfgs = Object.keys(hostWorld.files)
      .filter((path) => path.startsWith(haproxyPlaces.folder) && path.endsWith('.cfg'))
      .sort();
    const binds = cfgs.flatMap((path) =>
      (hostWorld.files[path]?.text ?? '').split('\n').flatMap((line) => {
        const [, address] = /^ *bind (\S+)/.exec(line) ?? [];
        return address ? [{ path, address }] : [];
      }),
    );
    const files = filesOf(hostWorld, [...cfgs, haproxyPlaces.loader, haproxyPlaces.unitFile]);
    const { old } = hostWorld.haproxy ?? {};
    const version = hasProgram(hostWorld, 'haproxy') ? '2.6.12-1+deb12u4' : undefined;
    return present({
      missing: missingOf(hostWorld, ['haproxy', 'socat']),
      version,
      files,
      binds,
      serves: hostWorld.haproxy !== undefined,
      oldWorkers: old ? [Math.floor((world.now - old.since) / 1000)] : [],
      keptSessions: new Map(Object.entries(old?.sessions ?? {})),
      process: processOf(world, hostWorld),
    });
  },
  keepalived: (world, { host, pair }) => {
    const hostWorld = hostOf(world, host);
    const { configuration, settings, loader, check, notify, takeover, unitFile: unit, stamp, states } = vipPlaces;
    const [state, since] = hostWorld.files[`${states}/${pair}`]?.text.split(' ') ?? [];
    const [outcome, at, ...words] = hostWorld.files[`${states}/${pair}.move`]?.text.trim().split(' ') ?? [];
    const [cause, from, , , ...why] = hostWorld.files[`${states}/${pair}.yield`]?.text.trim().split(' ') ?? [];
    const now = Math.floor(world.now / 1000);
    return present({
      missing: missingOf(hostWorld, ['keepalived', 'socat', 'curl']),
      files: filesOf(hostWorld, [configuration, settings, loader, check, notify, takeover, unit]),
      loaded: hostWorld.files[stamp]?.text.trim(),
      shared: sharedOf(hostWorld),
      former: hostWorld.files[formerVipsMark]?.text.trim().split('\n') ?? [],
      vrrp: state && since ? { state, forSeconds: now - Number(since) } : undefined,
      move: outcome ? { outcome, agoSeconds: now - Number(at), words: words.join(' ') } : undefined,
      yields: cause ? { cause, forSeconds: now - Number(from), words: why.join(' ') } : undefined,
      takeover: takeoverOf(hostWorld),
    });
  },
  'network-interfaces': ({ ec2 }, { addresses }) =>
    present(ec2.interfaces.filter((one) => one.addresses.some(({ address }) => addresses.includes(address)))),
};

/** keepalived's check starts that of a takeover at once, on a host that is not master. */
function takeoverOf({ keepalived, files }: HostWorld): Keepalived['takeover'] {
  const [check, takeover] = [files[vipPlaces.check]?.text, files[vipPlaces.takeover]?.text];
  if (!keepalived || keepalived.state === 'MASTER') return undefined;
  if (!check?.includes(vipPlaces.takeover) || !takeover?.includes('AssignPrivateIpAddresses')) return undefined;
  return { outcome: 'able', agoSeconds: 1, words: '-' };
}

/** The expected observation of a request, if its endpoint responds. */
export function expectedFactOf(world: World, request: FactRequest): Observation<unknown> {
  return (expectedFacts[request.fact] as (world: World, request: FactRequest) => Observation<unknown>)(world, request);
}

/** The items that match the filters, by the given names. */
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

/** What keepalived has loaded of what both hosts of a pair must have alike. */
function sharedOf({ keepalived }: HostWorld): { routerId: number; vip: string } | undefined {
  const [, routerId] = /virtual_router_id (\d+)/.exec(keepalived?.loaded ?? '') ?? [];
  const [, vip] = /([\d.]+)\/32 dev/.exec(keepalived?.loaded ?? '') ?? [];
  return routerId && vip ? { routerId: Number(routerId), vip } : undefined;
}

function expectedUnit(host: HostWorld, unit: string): UnitFacts {
  const state = host.units[unit];
  const file = unitFile(host, unit);
  const active = state?.active ?? 'inactive';
  return {
    unit,
    loaded: !state?.masked && (file !== undefined || (active === 'active' && state?.read !== undefined)),
    active,
    enabled: (state?.enabled ?? false) && file !== undefined && !state?.masked,
    needsDaemonReload: active === 'active' && !state?.masked && state?.read !== file,
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
  const container = containerIn(host, folder);
  const under = (part: string) =>
    Object.entries(host.files).flatMap(([path, file]) =>
      path.startsWith(`${folder}/${part}/`) ? [[path.split('/').at(-1) ?? '', file] as const] : [],
    );
  const withDigest = new Set(['redis-run', 'sentinel-run', 'auth']);
  const texts = under('conf').filter(([file]) => /^(redis|sentinel)\.conf$/.test(file));
  const [state = '', ...words] = host.files[`${folder}/conf/start-guard`]?.text.trim().split(' ') ?? [];
  const stopped = (server: { stopped: boolean } | undefined) => (server?.stopped ? 'T' : 'S');
  return {
    name,
    marks: Object.fromEntries(under('marks').map(([mark, { text }]) => [mark, text.split('\n')[0] ?? ''])),
    files: Object.fromEntries(
      under('conf').map(([file, { mode, text }]) => [
        file,
        { mode, sha256: withDigest.has(file) ? sumOf(text) : undefined },
      ]),
    ),
    lines: Object.fromEntries(
      texts.flatMap(([file, { text }]) => (plainLines(text).length ? [[file, plainLines(text)]] : [])),
    ),
    secrets: Object.fromEntries(
      texts.flatMap(([file, { text }]) => secretsIn(text).map(([key, sum]) => [`${file} ${key}`, sum])),
    ),
    startGuard: state ? { state, words: words.join(' ') } : undefined,
    exits: exitsIn(host.files[`${folder}/conf/redis-exits`]?.text),
    processes: [
      ...(container?.redis
        ? [{ command: 'redis-server' as const, pid: container.redis.pid, state: stopped(container.redis) }]
        : []),
      ...(container?.sentinel
        ? [{ command: 'redis-sentinel' as const, pid: container.sentinel.pid, state: stopped(container.sentinel) }]
        : []),
    ],
    data: container && dataOf(host.disks[`${folder}/rootfs.img`]),
    sentinelExits: undefined,
    said: [],
    memoryKills: container && 0,
    disk: container && { totalBytes: 4096 * 262_144, freeBytes: 4096 * 131_072 },
  };
}

function exitsIn(text: string | undefined) {
  const [times, lastLog = ''] = text?.trim().split('\t') ?? [];
  return times === undefined ? undefined : { times: Number(times), lastLog };
}

function processOf(world: World, { haproxy }: HostWorld) {
  if (!haproxy) return undefined;
  const since = (then: number) => Math.floor((world.now - then) / 1000);
  const tenants = new Set(Object.keys(haproxy.servers).flatMap((key) => /^redis\.([^/]+)/.exec(key)?.[1] ?? []));
  const addresses = serverAddresses(haproxy);
  const servers = (prefix: string, down: string) =>
    Object.entries(haproxy.servers).flatMap(([key, { up, since: then }]) =>
      key.startsWith(prefix)
        ? [
            {
              name: key.split('/')[1] ?? '',
              ...(addresses.has(key) ? { address: addresses.get(key) ?? '' } : {}),
              up,
              sinceSeconds: since(then),
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
    sources: sourcesOf(haproxy),
    limits: limitsIn(haproxy),
    limitOfAll: limitOfAllIn(haproxy),
    tenants: [...tenants].map((tenant) => ({
      tenant,
      listener: 'OPEN',
      sessions: haproxy.sessions?.[tenant] ?? 0,
      servers: servers(`redis.${tenant}/`, 'is not master'),
      sentinels: servers(`sentinel.${tenant}.`, 'is not master'),
    })),
  };
}

function quorumOf(watch: NonNullable<Container['sentinel']>['watch']) {
  if (!watch) return { ok: false, words: 'ERR No such master with that name' };
  return watch.sentinels.length + 1 >= Number(watch.options['quorum'])
    ? { ok: true, words: 'OK usable Sentinels' }
    : { ok: false, words: 'NOQUORUM not enough available Sentinels' };
}

function containersOf(world: World): readonly Container[] {
  return Object.values(world.hosts).flatMap((host) => Object.values(host.containers));
}

function containerAt(
  world: World,
  { address }: RespEndpoint,
): { container: Container } & Pick<Container, 'redis' | 'sentinel'> {
  const container = containersOf(world).find((one) => one.address === address);
  if (!container) throw new Error(`no container has ${address}`);
  return { container, redis: container.redis, sentinel: container.sentinel };
}

function homeOf(world: World, container: Container): HostWorld {
  const hostWorld = Object.values(world.hosts).find((host) => Object.values(host.containers).includes(container));
  if (!hostWorld) throw new Error('a container is on no host');
  return hostWorld;
}

function addressesOn({ links }: HostWorld): readonly string[] {
  return links.flatMap(({ addresses }) => addresses.map((one) => one.replace(/\/.*/, '')));
}
