import { expect } from 'chai';
import { lookAround } from '../../controller/observe.ts';
import { asksForStatus, statusOf, type TenantStatus } from '../../controller/report/status.ts';
import type { HostWorld, World } from '../../reconcilers/model/world.ts';
import type { Ask } from '../../reconcilers/questions/index.ts';
import { fleetOf } from '../support/fleets.ts';
import { type Faults, simulate } from '../support/simulated-world.ts';
import { convergedWorld } from '../support/start.ts';

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

/** What `get` would show of the one tenant, of a world that was in order and is changed since. */
async function statusAfter(change: (world: World) => void, faults: Faults = {}): Promise<TenantStatus> {
  const world = await convergedWorld(fleet);
  change(world);
  const sight = await lookAround(fleet, simulate(world, faults).senses);
  await sight.ask(asksForStatus(fleet));
  const [only] = statusOf(fleet, sight.inventory, sight.seen);
  if (!only) throw new Error('no tenant');
  return only;
}

function hostOf(world: World, name: string): HostWorld {
  const host = world.hosts[name];
  if (!host) throw new Error(`no host ${name}`);
  return host;
}

const owner = (world: World) => hostOf(world, 'proxy-1');
const redisOf = (ask: Ask, member: string) => ask.what === 'redis' && ask.endpoint.member === member;

describe('how a tenant fares', () => {
  it('in order', async () => {
    expect(await statusAfter(() => {})).to.include({
      ready: 'True',
      reason: 'AllInOrder',
      vipOwner: 'proxy-1',
      unseen: false,
    });
  });

  it('the address delivered to a proxy that does not carry it: no client gets through', async () => {
    const status = await statusAfter((world) => {
      for (const link of owner(world).links)
        link.addresses = link.addresses.filter((address) => !address.endsWith('/32'));
    });
    expect(status).to.include({ ready: 'False', reason: 'VipElsewhere', unseen: false });
    expect(status.message).to.equal('EC2 delivers 10.80.1.100 to proxy-1, whose interface does not carry it');
  });

  it('no second proxy: it serves, and is one fault from not', async () => {
    const status = await statusAfter((world) => {
      hostOf(world, 'proxy-2').haproxy = undefined;
    });
    expect(status).to.include({ ready: 'True', reason: 'Degraded', unseen: false });
    expect(status.message).to.equal('it serves, but HAProxy on proxy-2 does not run');
  });

  it('a member that could not be seen is named, and the exit code will say so', async () => {
    const status = await statusAfter(() => {}, { deaf: (ask) => redisOf(ask, 'r3') });
    expect(status).to.include({ ready: 'True', reason: 'Degraded', unseen: true });
    expect(status.message).to.match(/^it serves, but Redis of r3 could not be seen: /);
  });

  it('a replica that cannot be promoted', async () => {
    const status = await statusAfter((world) => {
      const box = hostOf(world, 'redis-3').boxes['t1-r3'];
      if (box?.redis) box.redis.settings['replica-priority'] = '0';
    });
    expect(status.message).to.equal('it serves, but Redis of r3 cannot be promoted (replica-priority 0)');
  });

  it('nobody can be asked: the first cause is told', async () => {
    const status = await statusAfter(() => {}, { unreachable: new Set(['proxy-1', 'proxy-2']) });
    expect(status).to.include({ ready: 'Unknown', reason: 'NotSeen', unseen: true });
    expect(status.message).to.match(/^only 0 of 3 Sentinels can be asked; Redis of r1 could not be seen: .+/);
  });
});
