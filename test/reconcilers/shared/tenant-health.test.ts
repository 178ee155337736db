import { expect } from 'chai';
import { discoverHosts } from '../../../controller/engine/observe.ts';
import type { FactLookup } from '../../../reconcilers/contract/reconciler.ts';
import type { UnitFacts } from '../../../reconcilers/facts/host/units.ts';
import { respProbes } from '../../../reconcilers/facts/index.ts';
import type { Keepalived } from '../../../reconcilers/facts/keepalived/keepalived.ts';
import type { MemberFacts } from '../../../reconcilers/facts/member/members.ts';
import { type Observation, present } from '../../../reconcilers/facts/observation.ts';
import type { RedisFacts } from '../../../reconcilers/facts/redis/redis.ts';
import type { FactRequest, FactRequestOf } from '../../../reconcilers/facts/requests.ts';
import type { SentinelFacts } from '../../../reconcilers/facts/sentinel/sentinel.ts';
import type { ServiceFacts } from '../../../reconcilers/facts/service/service.ts';
import { statusFacts, statusOf, type TenantStatus } from '../../../reconcilers/shared/tenant-health.ts';
import { setRequirepass } from '../../../simulation/redis.ts';
import { withoutVrrp } from '../../../simulation/scenarios/broken-worlds.ts';
import { fleetOf } from '../../../simulation/scenarios/fleets.ts';
import { convergedWorld } from '../../../simulation/scenarios/start.ts';
import { type Faults, simulate } from '../../../simulation/simulated-transport.ts';
import { runToQuiescence } from '../../../simulation/step.ts';
import type { HostWorld, World } from '../../../simulation/world.ts';

const tenant = {
  members: 3,
  appendonly: true,
  minReplicas: 1,
  profile: 'balanced',
  memory: '128Mi',
  config: {},
} as const;
const fleet = fleetOf({
  redisHosts: 3,
  datapath: 'netdev',
  runtime: 'lxc',
  adopt: 'tag',
  mtu: 9001,
  tenants: [tenant],
});

/** What `get` shows of the tenant, in a converged world with one change. */
async function statusAfter(change: (world: World) => void, faults: Faults = {}): Promise<TenantStatus> {
  const world = await convergedWorld(fleet);
  change(world);
  return statusOfWorld(world, faults);
}

/** The same in a converged world, with other observations of a fact than the simulated ones. */
async function statusSeeing<T>(fact: FactRequest['fact'], other: (value: T, request: FactRequest) => T) {
  const changed = (lookup: FactLookup) =>
    ((request: FactRequest) => {
      const seen = (lookup as (request: FactRequest) => Observation<unknown>)(request);
      if (request.fact !== fact || seen.state !== 'present') return seen;
      return present(other(seen.value as T, request));
    }) as FactLookup;
  return statusOfWorld(await convergedWorld(fleet), {}, changed);
}

async function statusOfWorld(
  world: World,
  faults: Faults,
  changed: (lookup: FactLookup) => FactLookup = (lookup) => lookup,
): Promise<TenantStatus> {
  const snapshot = await discoverHosts(fleet, simulate(world, faults).reader);
  await snapshot.read(statusFacts(fleet, snapshot.inventory));
  const [only] = statusOf(fleet, snapshot.inventory, changed(snapshot.lookup));
  if (!only) throw new Error('no tenant');
  return only;
}

function hostOf(world: World, name: string): HostWorld {
  const host = world.hosts[name];
  if (!host) throw new Error(`no host ${name}`);
  return host;
}

const owner = (world: World) => hostOf(world, 'proxy-1');
const redisOf = (request: FactRequest, member: string) =>
  request.fact === 'redis' && request.endpoint.member === member;

describe('the health of a tenant', () => {
  it('healthy', async () => {
    expect(await statusAfter(() => {})).to.include({
      ready: 'True',
      reason: 'AllInOrder',
      vipOwner: 'proxy-1',
      unknown: false,
    });
  });

  it('the virtual address is delivered to a proxy that does not have it: no client gets through', async () => {
    const status = await statusAfter((world) => {
      for (const link of owner(world).links)
        link.addresses = link.addresses.filter((address) => !address.endsWith('/32'));
    });
    expect(status).to.include({ ready: 'False', reason: 'VipElsewhere', unknown: false });
    expect(status.message).to.equal('EC2 delivers 10.80.1.100 to proxy-1, whose interface does not have it');
  });

  it('no second proxy: it serves without redundancy', async () => {
    const status = await statusAfter((world) => {
      hostOf(world, 'proxy-2').haproxy = undefined;
    });
    expect(status).to.include({ ready: 'True', reason: 'StandbyCannotTakeOver', unknown: false });
    expect(status.message).to.equal('it serves, but HAProxy on proxy-2 is not running');
  });

  const onSecond = (request: FactRequest) => 'host' in request && request.host === 'proxy-2';
  const cannot: readonly (readonly [string, () => Promise<TenantStatus>, RegExp])[] = [
    [
      'does not reach EC2',
      () =>
        statusSeeing<Keepalived>('keepalived', (one, request) =>
          onSecond(request) ? { ...one, takeover: { outcome: 'api', agoSeconds: 9, words: 'timeout' } } : one,
        ),
      /^it serves, but proxy-2 could not take 10\.80\.1\.100 over: it does not reach the EC2 API$/,
    ],
    [
      'has no keepalived',
      () =>
        statusSeeing<readonly UnitFacts[]>('units', (all, request) =>
          onSecond(request) ? all.map((one) => ({ ...one, active: 'inactive' })) : all,
        ),
      /^it serves, but keepalived on proxy-2 is not running$/,
    ],
    [
      'forwards to nobody',
      () =>
        statusAfter((world) => {
          for (const server of Object.values(hostOf(world, 'proxy-2').haproxy?.servers ?? {})) server.up = false;
        }),
      /^it serves, but HAProxy on proxy-2, which would take 10\.80\.1\.100 over, forwards to no member$/,
    ],
    [
      'has no room for another address',
      () =>
        statusAfter((world) => {
          const second = world.ec2.instances.find(({ tags }) => Object.values(tags).includes('proxy-2'));
          const nic = world.ec2.interfaces.find((one) => one.networkInterfaceId === second?.networkInterfaceId);
          for (let last = 1; last < 10; last += 1)
            nic?.addresses.push({ address: `10.80.1.20${last}`, primary: false });
        }),
      /^it serves, but proxy-2 could not take 10\.80\.1\.100 over: its network interface has as many addresses as it may$/,
    ],
  ];
  for (const [name, status, message] of cannot)
    it(`the second proxy ${name}: it serves, and the other proxy could not take over`, async () => {
      const shown = await status();
      expect(shown).to.include({ ready: 'True', reason: 'StandbyCannotTakeOver', unknown: false });
      expect(shown.message).to.match(message);
    });

  it('a member that is unknown is named, and decides the exit code', async () => {
    const status = await statusAfter(() => {}, { failing: (request) => redisOf(request, 'r3') });
    expect(status).to.include({ ready: 'True', reason: 'Degraded', unknown: true });
    expect(status.message).to.match(/^it serves, but Redis of r3 could not be observed: /);
  });

  it('a replica that cannot be promoted', async () => {
    const status = await statusAfter((world) => {
      const container = hostOf(world, 'redis-3').containers['t1-r3'];
      if (container?.redis) container.redis.settings['replica-priority'] = '0';
    });
    expect(status.message).to.equal('it serves, but Redis of r3 cannot be promoted (replica-priority 0)');
  });

  it('a write that is refused: not ready, whatever the parts say', async () => {
    const words = "OOM command not allowed when used memory > 'maxmemory'.";
    const status = await statusSeeing<ServiceFacts>('service', () => ({ outcome: 'refused', words }));
    expect(status).to.include({ ready: 'False', reason: 'WritesRefused', message: `a write is refused: ${words}` });
  });

  it('a master at maxclients: that is the reason, whether its answer reaches the client or not', async () => {
    const full = { error: 'ERR max number of clients reached' };
    for (const outcome of ['refused', 'lost'] as const) {
      const status = await statusOfWorld(await convergedWorld(fleet), {}, (lookup) => {
        return ((request: FactRequest) => {
          if (redisOf(request, 'r1')) return respProbes.redis.read([full], request as FactRequestOf<'redis'>);
          if (request.fact !== 'service') return (lookup as (request: FactRequest) => Observation<unknown>)(request);
          if (outcome === 'refused') return respProbes.service.read([full], request);
          return present({ outcome, words: 'closed' });
        }) as FactLookup;
      });
      expect(status).to.include({ ready: 'False', reason: 'ConnectionLimit' });
      expect(status.message).to.match(
        /^as many connections to (r1|the master) are open as its maxclients allows \(declared: 10000\), 0 of them through HAProxy on proxy-1\. .* raise maxclients/,
      );
    }
  });

  it('somebody has set another password on the master: no client gets in', async () => {
    const status = await statusAfter((world) => {
      const container = hostOf(world, 'redis-1').containers['t1-r1'];
      if (container?.redis) setRequirepass(container.redis, 'another');
    });
    expect(status).to.include({ ready: 'False', reason: 'NoMaster' });
    expect(status.message).to.equal('3 of 3 Sentinels name r1, which refuses the declared password');
  });

  it('a client that does not get through to the proxy: not ready', async () => {
    const status = await statusSeeing<ServiceFacts>('service', (value, request) =>
      'endpoint' in request && request.endpoint.through[0] === 'proxy-2'
        ? { outcome: 'no-connection', words: 'dropped' }
        : value,
    );
    expect(status).to.include({ ready: 'False', reason: 'PortBlocked', message: 'tried from proxy-2: dropped' });
  });

  it('an accepted write: ready, although the Sentinels disagree', async () => {
    const split = await statusSeeing<SentinelFacts>('sentinel', (one) => ({ ...one, master: undefined }));
    expect(split).to.include({ ready: 'True', reason: 'Degraded', master: '?' });
    expect(split.message).to.match(/^it serves, but only 0 of 3 Sentinels name a master/);
  });

  it('a write that is refused for a known reason: NoMaster is not said of a master that answers', async () => {
    const status = await statusSeeing<ServiceFacts>('service', () => ({ outcome: 'lost', words: 'closed' }));
    expect(status).to.include({ ready: 'False', reason: 'ConnectionClosed' });
  });

  it('only the proxy that has the address is seen: it reaches itself past EC2, which the parts must account for', async () => {
    const withoutProxy2 = { unreachable: new Set(['proxy-2']) };
    const nowhere = await statusAfter((world) => {
      for (const nic of world.ec2.interfaces)
        nic.addresses = nic.addresses.filter(({ address }) => address !== '10.80.1.100');
    }, withoutProxy2);
    expect(nowhere).to.include({ ready: 'False', reason: 'NoVipOwner' });
    const serves = await statusAfter(() => {}, withoutProxy2);
    expect(serves).to.include({ ready: 'True', reason: 'Degraded', unknown: true });
  });

  it('a Sentinel in TILT: it serves, and no failover would happen', async () => {
    const status = await statusSeeing<SentinelFacts>('sentinel', (one) => ({ ...one, tilt: true }));
    expect(status).to.include({ ready: 'True', reason: 'Degraded' });
    expect(status.message).to.equal(
      'it serves, but the Sentinel of r1 is in TILT, and fails nothing over for 30 s (and 2 more)',
    );
  });

  it('a full disk, a failed save, a full memory, and a replica that is not in sync: each has a reason of its own', async () => {
    const disk = { totalBytes: 100, freeBytes: 0 };
    const full = await statusSeeing<readonly MemberFacts[]>('members', (all) => all.map((one) => ({ ...one, disk })));
    expect(full).to.include({ ready: 'True', reason: 'DiskFull' });
    const failing = await statusSeeing<RedisFacts>('redis', (one) => ({ ...one, notSaved: ['RDB'] }));
    expect(failing).to.include({ ready: 'True', reason: 'PersistenceFailing' });
    // Behind something else, in the order of the members.
    const second = await statusSeeing<RedisFacts>('redis', (one, request) => ({
      ...one,
      settings: {
        ...one.settings,
        'replica-priority': 'endpoint' in request && request.endpoint.member === 'r1' ? '0' : '100',
      },
      notSaved: 'endpoint' in request && request.endpoint.member === 'r3' ? ['RDB'] : [],
    }));
    expect(second).to.include({ ready: 'True', reason: 'PersistenceFailing' });
    expect(second.message).to.equal('it serves, but Redis of r1 cannot be promoted (replica-priority 0) (and 1 more)');
    const memory = { usedBytes: 100, notCountedBytes: 0, startupBytes: 0, maxBytes: 100, policy: 'noeviction' };
    expect(await statusSeeing<RedisFacts>('redis', (one) => ({ ...one, memory }))).to.include({
      ready: 'True',
      reason: 'MemoryPressure',
    });
    const killed = await statusSeeing<readonly MemberFacts[]>('members', (all) =>
      all.map((one) => ({ ...one, memoryKills: 1 })),
    );
    expect(killed).to.include({ ready: 'True', reason: 'OomKilled' });
    const alone = await statusSeeing<RedisFacts>('redis', (one) => ({ ...one, replicas: one.replicas.slice(1) }));
    expect(alone).to.include({ ready: 'True', reason: 'ReplicaDown', replicasInSync: '1/2' });
  });

  it('two proxies that do not hear each other serve, and the reason is given', async () => {
    const status = await statusAfter((world) => {
      withoutVrrp(world);
      runToQuiescence(world);
    });
    expect(status).to.include({ ready: 'True', reason: 'SplitVip' });
    expect(status.message).to.match(/proxy-1 and proxy-2 do not hear each other's VRRP/);
    const twoMasters = (seconds: number) =>
      statusSeeing<Keepalived>('keepalived', (one) => ({ ...one, vrrp: { state: 'MASTER', forSeconds: seconds } }));
    expect(await twoMasters(10)).to.include({ reason: 'SplitVip' });
    expect(await twoMasters(3)).to.include({ reason: 'AllInOrder' });
  });

  it('nothing could be observed: the first cause is given', async () => {
    const status = await statusAfter(() => {}, { unreachable: new Set(['proxy-1', 'proxy-2']) });
    expect(status).to.include({ ready: 'Unknown', reason: 'NotObserved', unknown: true });
    expect(status.message).to.match(/^only 0 of 3 Sentinels name a master; Redis of r1 could not be observed: .+/);
  });
});
