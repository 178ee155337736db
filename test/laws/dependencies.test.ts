import { expect } from 'chai';
import { exit, forFindings } from '../../controller/cli/exit-code.ts';
import { observeAndPlan } from '../../controller/engine/pass.ts';
import type { Finding } from '../../reconcilers/contract/finding.ts';
import type { Subject } from '../../reconcilers/contract/subject.ts';
import { reconcilers } from '../../reconcilers/index.ts';
import { copyOf } from '../../simulation/copy.ts';
import {
  type BrokenWorld,
  blockContainer,
  brokenWorld,
  brokenWorlds,
  containerOf,
  host,
  loseMember,
  members,
  notAnswering,
  otherMasterauth,
  redis,
  redisHost,
  removeFiles,
  sentinel,
  untagProxy2,
  watch,
  withoutAddress,
} from '../../simulation/scenarios/broken-worlds.ts';
import { plainFleet, plainTenant } from '../../simulation/scenarios/fleets.ts';
import { run } from '../../simulation/scenarios/start.ts';
import { simulate } from '../../simulation/simulated-transport.ts';
import type { World } from '../../simulation/world.ts';

interface Waiting {
  /** What waits for what. */
  readonly wait: string;
  readonly world: BrokenWorld;
  /** Who waits, and for whom. */
  readonly subject: string;
  readonly field: string;
  readonly on: string;
  /** What cannot be repaired, where that is not `on` itself but what `on` waits for in its turn. */
  readonly in?: string;
  /** How long apply may take, by the clock of the simulated world. */
  readonly milliseconds?: number;
}

const address = (n: number) => `10.101.0.${10 + n}`;

/** The runtime knows the container; its folder, data included, is gone: manual. */
function loseFolder(world: World, n: number): void {
  delete redisHost(world, n).containers[`t1-r${n}`];
  removeFiles(redisHost(world, n), (path) => path.includes(`/members/t1-r${n}/`));
}

/** Containers in which no server was started yet. */
function beforeBootstrap(world: World): void {
  for (const n of [1, 2, 3]) {
    Object.assign(containerOf(world, n), { redis: undefined, sentinel: undefined, startGuard: undefined });
    Object.assign(Object.values(redisHost(world, n).disks)[0] ?? {}, { filled: false, aof: false, complete: false });
    removeFiles(redisHost(world, n), (path) =>
      /\/(marks\/.*|conf\/(sentinel.conf|redis.conf|start-guard))$/.test(path),
    );
  }
}

function readOnly(world: World, n: number): void {
  Object.assign(redisHost(world, n).fileSystems[0] ?? {}, { writable: false });
}

function edit(world: World, name: string, path: string, change: (text: string) => string): void {
  const file = host(world, name).files[path];
  if (!file) throw new Error(`no ${path} on ${name}`);
  file.text = change(file.text);
}

const without = (list: string[], n: number) => list.splice(0, list.length, ...list.filter((one) => one !== address(n)));

// Worlds that serve several waits.
const blocked: BrokenWorld = { broken: (world) => blockContainer(world, 2), settled: true };
const folderLost: BrokenWorld = { broken: (world) => loseFolder(world, 2), settled: true };
const noMajority = notAnswering('sentinel r2', 'sentinel r3');

/** Waits that once did not name the subject that they wait for: an apply ended only after 90 s. */
const withoutSubject: readonly Waiting[] = [
  {
    wait: 'redis: replicas that the master has lost',
    world: {
      broken: (world) => [2, 3].map((n) => otherMasterauth(world, n)),
      faults: notAnswering('redis r2', 'redis r3'),
      settled: true,
    },
    subject: 'redis/t1',
    field: 'replicas in sync',
    on: 'redis/t1-r2',
  },
  {
    wait: 'redis: no master, and containers that cannot be started',
    world: { broken: (world) => [2, 3].map((n) => blockContainer(world, n)), settled: true },
    subject: 'redis/t1',
    field: 'master',
    on: 'container/t1-r2',
  },
  {
    wait: 'redis: no master, and members that are lost',
    world: { broken: (world) => [2, 3].map((n) => loseFolder(world, n)), settled: true },
    subject: 'redis/t1',
    field: 'master',
    on: 'container/t1-r2',
  },
  {
    wait: 'redis: a setting, without a master',
    world: { broken: (world) => Object.assign(redis(world, 2).settings, { maxmemory: '1048576' }), faults: noMajority },
    subject: 'redis/t1-r2',
    field: 'maxmemory',
    on: 'redis/t1',
  },
  {
    wait: 'redis: a member whose container is missing',
    world: folderLost,
    subject: 'redis/t1-r2',
    field: 'Redis',
    on: 'container/t1-r2',
  },
  {
    wait: 'redis: a member whose container is not started',
    world: blocked,
    subject: 'redis/t1-r2',
    field: 'Redis',
    on: 'container/t1-r2',
  },
  {
    wait: 'redis: redis.conf, without a master',
    world: {
      broken: (world) =>
        edit(world, 'redis-2', `${members}/t1-r2/conf/redis.conf`, (text) =>
          text.replace(/^min-replicas-max-lag .*$/m, 'min-replicas-max-lag 99'),
        ),
      faults: noMajority,
    },
    subject: 'redis/t1-r2',
    field: `${members}/t1-r2/conf/redis.conf`,
    on: 'redis/t1',
  },
  {
    wait: 'redis: the bootstrap, in containers that are not started',
    world: {
      broken: (world) => {
        beforeBootstrap(world);
        for (const n of [1, 2, 3]) blockContainer(world, n);
      },
      settled: true,
    },
    subject: 'redis/t1',
    field: 'bootstrap',
    on: 'container/t1-r1',
  },
  {
    wait: 'sentinel: a member whose container is missing',
    world: folderLost,
    subject: 'sentinel/t1-r2',
    field: 'Sentinel',
    on: 'container/t1-r2',
  },
  {
    wait: 'sentinel: a member whose container is not started',
    world: blocked,
    subject: 'sentinel/t1-r2',
    field: 'Sentinel',
    on: 'container/t1-r2',
  },
  {
    wait: 'sentinel: the monitored master, without a majority',
    world: {
      broken: (world) => Object.assign(sentinel(world, 2), { watch: undefined }),
      faults: notAnswering('sentinel r3'),
      settled: true,
    },
    subject: 'sentinel/t1-r2',
    field: 'monitored master',
    on: 'redis/t1',
  },
  {
    wait: 'sentinel: an option, without a majority',
    world: {
      broken: (world) => Object.assign(watch(world, 1).options, { 'failover-timeout': '1' }),
      faults: noMajority,
    },
    subject: 'sentinel/t1-r1',
    field: 'failover-timeout',
    on: 'redis/t1',
  },
  {
    wait: 'sentinel: a Sentinel that the others do not know',
    world: {
      broken: (world) => {
        sentinel(world, 3).watch = undefined;
        for (const n of [1, 2]) without(watch(world, n).sentinels, 3);
      },
      faults: notAnswering('sentinel r3'),
      settled: true,
    },
    subject: 'sentinel/t1-r1',
    field: 'known Sentinels',
    on: 'sentinel/t1-r3',
  },
  {
    wait: 'sentinel: a replica that the Sentinels do not know',
    world: {
      broken: (world) => {
        otherMasterauth(world, 3);
        Object.assign(redis(world, 3), { linkUp: false, linkDownSince: world.now });
        for (const n of [1, 2, 3]) without(watch(world, n).replicas, 3);
      },
      faults: notAnswering('redis r3'),
      settled: true,
    },
    subject: 'sentinel/t1-r1',
    field: 'known replicas',
    on: 'redis/t1-r3',
  },
  {
    // The wait of an option goes with it: with too high a quorum, and without a majority that could correct it.
    wait: 'sentinel: SENTINEL CKQUORUM',
    world: { broken: (world) => Object.assign(watch(world, 1).options, { quorum: '9' }), faults: noMajority },
    subject: 'sentinel/t1-r1',
    field: 'SENTINEL CKQUORUM',
    on: 'sentinel/t1-r2',
  },
  {
    wait: 'vip: a peer whose address is not known',
    world: { broken: untagProxy2 },
    subject: 'vip/front@proxy-1',
    field: '/etc/ec2-redis-operator/vip/keepalived.conf',
    on: 'instance/proxy-2',
  },
  {
    wait: 'vip: no VRRP master',
    world: { broken: withoutAddress, settled: true },
    subject: 'vip/front',
    field: 'VRRP master',
    on: 'vip/front@proxy-1',
  },
];

/** Other waits for a subject. */
const withSubject: readonly Waiting[] = [
  {
    wait: 'plan: a host that is not in order',
    world: {
      broken: (world) => {
        readOnly(world, 2);
        const [bridge] = redisHost(world, 2).ovs.bridges;
        for (const port of bridge?.ports ?? []) if (port.name === 'gre-redis-1') port.options = {};
      },
    },
    subject: 'mesh/redis-2>redis-1',
    field: 'Port gre-redis-1 options:remote_ip',
    on: 'host/redis-2',
  },
  {
    wait: 'instance: a subnet that is not in order',
    world: {
      fleet: { ...plainFleet, adopt: 'create' },
      broken: ({ ec2 }) => {
        for (const key of Object.keys(ec2.subnets[0]?.tags ?? {})) delete ec2.subnets[0]?.tags[key];
        const gone = ec2.instances.find(({ tags }) => Object.values(tags).includes('redis-1'));
        ec2.instances = ec2.instances.filter((one) => one !== gone);
        ec2.interfaces = ec2.interfaces.filter((one) => one.instanceId !== gone?.instanceId);
      },
    },
    subject: 'instance/redis-1',
    field: 'instance',
    on: 'network/subnet-a',
  },
  {
    wait: 'redis: the bootstrap, and the initial master does not start',
    world: {
      fleet: { ...plainFleet, tenants: [{ ...plainTenant, config: { activedefrag: 'yes' } }] },
      before: plainFleet,
      broken: (world) => beforeBootstrap(world),
    },
    subject: 'redis/t1',
    field: 'bootstrap',
    on: 'redis/t1-r1',
    // The Sentinels have just been started, and HAProxy may take 60 s to admit a master.
    milliseconds: 65_000,
  },
  {
    wait: 'haproxy: a password that is not in use',
    world: {
      broken: (world) => {
        edit(world, 'redis-2', `${members}/t1-r2/conf/redis.conf`, (text) =>
          text.replace(/^requirepass .*$/m, 'requirepass "another"').replace(/^user .*\n/m, ''),
        );
        edit(world, 'proxy-1', '/etc/ec2-redis-operator/haproxy/tenant-t1.cfg', (text) => `${text}# other\n`);
      },
    },
    subject: 'haproxy/proxy-1:t1',
    field: '/etc/ec2-redis-operator/haproxy/tenant-t1.cfg',
    on: 'redis/t1',
  },
  {
    // A circle: without a majority redis/t1 waits for sentinel/t1-r2, though what cannot be repaired is another Sentinel.
    wait: 'sentinel: sentinel.conf, without a majority',
    world: {
      broken: (world) => {
        delete redisHost(world, 2).files[`${members}/t1-r2/conf/sentinel.conf`];
        Object.assign(containerOf(world, 2), { sentinel: undefined });
      },
      faults: notAnswering('sentinel r3'),
      settled: true,
    },
    subject: 'sentinel/t1-r2',
    field: `${members}/t1-r2/conf/sentinel.conf`,
    on: 'redis/t1',
    in: 'sentinel/t1-r3',
  },
  {
    wait: 'prune: a host that is not in order',
    world: {
      fleet: plainFleet,
      before: { ...plainFleet, tenants: [plainTenant, plainTenant] },
      broken: (world) => readOnly(world, 2),
      prune: { maxDeletes: 1, allowEmpty: false },
    },
    subject: 'container/t2-r2',
    field: 'container on redis-2',
    on: 'host/redis-2',
  },
];

/** No image can be made, and no container of it. */
function withoutTemplate(world: World, n: number): void {
  const { templates } = redisHost(world, n);
  templates.images = {};
  for (const path of Object.keys(templates.tarballs)) delete templates.tarballs[path];
}

/** Waits that were once worded in other ways. */
const otherWaits: readonly Waiting[] = [
  {
    wait: 'mesh: a peer whose address is not known',
    world: { broken: untagProxy2 },
    subject: 'mesh/redis-1>proxy-2',
    field: 'Port gre-proxy-2',
    on: 'instance/proxy-2',
  },
  {
    wait: 'container: a template that is missing',
    world: {
      broken: (world) => {
        loseMember(world, 2);
        withoutTemplate(world, 2);
      },
      settled: true,
    },
    subject: 'container/t1-r2',
    field: 'container',
    on: 'container/redis-2@template',
  },
  {
    wait: 'redis: the bootstrap, with a member that does not exist',
    world: { bare: true, broken: (world) => withoutTemplate(world, 2) },
    subject: 'redis/t1',
    field: 'bootstrap',
    on: 'container/t1-r2',
    in: 'container/redis-2@template',
    // HAProxy has just been started, and may take 60 s to admit a master.
    milliseconds: 65_000,
  },
  {
    wait: 'redis: a member that waits for the master',
    world: {
      broken: (world) => {
        for (const n of [2, 3]) blockContainer(world, n);
        Object.assign(containerOf(world, 1), { redis: undefined });
      },
      settled: true,
    },
    subject: 'redis/t1-r1',
    field: 'Redis',
    on: 'redis/t1',
    in: 'container/t1-r2',
  },
];

/** Applies until the run ends, by the clock of the simulated world. */
async function applied(one: BrokenWorld) {
  const { fleet, world } = await brokenWorld(one);
  const simulation = simulate(copyOf(world), one.faults);
  const begun = simulation.clock.now();
  const { outcome } = await run(fleet, simulation, 600_000, one.prune);
  return { outcome, milliseconds: simulation.clock.now() - begun };
}

describe('what waits for a subject that this run cannot repair', function () {
  this.timeout(60_000);
  for (const { wait, world, subject, field, on, milliseconds: limit = 5_000 } of [
    ...withoutSubject,
    ...withSubject,
    ...otherWaits,
  ])
    it(`${wait}: names ${on}, and apply ends without waiting for it`, async () => {
      const { outcome, milliseconds } = await applied(world);
      const own = outcome.left.filter((one) => one.subject === subject);
      const waits = own.filter(({ remedy }) => remedy.by === 'waiting' && remedy.cause === 'dependency');
      const seen = own.map((one) => `${one.field}: ${JSON.stringify(one.remedy)}`).join('\n');
      const named = waits.map(({ remedy }) => remedy.by === 'waiting' && remedy.dependsOn);
      expect(named, `${field}\n${seen}`).to.include(on);
      expect(forFindings(outcome.left)).to.be.oneOf([exit.differs, exit.unknown]);
      expect(outcome.result).to.be.oneOf(['manual', 'unknown']);
      expect(
        milliseconds,
        outcome.left.map((one) => `${one.subject} ${one.field}: ${JSON.stringify(one.remedy)}`).join('\n'),
      ).to.be.below(limit);
    });
});

describe('dependencies in worlds that are broken in one way each', function () {
  this.timeout(60_000);
  for (const [name, world] of Object.entries(brokenWorlds))
    it(`${name}: each leads to a subject that is not in order itself, and none in a circle`, async () => {
      const { fleet, world: broken } = await brokenWorld(world);
      const { plan } = await observeAndPlan(fleet, reconcilers, simulate(broken, world.faults).reader);
      for (const { subject } of plan.findings) expect(circleFrom(subject, plan.findings), subject).to.equal(undefined);
    });
});

/** Subjects that wait for each other and for nothing else, from this one on; or one that nothing is wrong with. */
function circleFrom(start: Subject, findings: readonly Finding[]): string | undefined {
  const path: Subject[] = [];
  for (let subject: Subject | undefined = start; subject !== undefined; ) {
    const own: readonly Finding[] = findings.filter((one) => one.subject === subject);
    if (!own.length) return `${[...path, subject].join(' -> ')}: nothing is wrong with it`;
    if (path.includes(subject)) return [...path, subject].join(' -> ');
    path.push(subject);
    const root = own.some(({ remedy }) => remedy.by !== 'waiting' || remedy.cause !== 'dependency');
    subject = root ? undefined : own.flatMap(({ remedy }) => ('dependsOn' in remedy ? [remedy.dependsOn] : []))[0];
  }
  return undefined;
}
