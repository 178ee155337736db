import { expect } from 'chai';
import { findingsText } from '../controller/report/plan-text.ts';
import type { Fleet, Tenant } from '../crds/fleet.ts';
import type { HostWorld, World } from '../reconcilers/model/world.ts';
import { type FleetSpec, fleetOf } from './support/fleets.ts';
import { simulate } from './support/simulated-world.ts';
import { convergedWorld, run } from './support/start.ts';

const spec: FleetSpec = {
  redisHosts: 3,
  datapath: 'netdev',
  adopt: 'tag',
  mtu: 1500,
  tenants: [{ members: 3, appendonly: true, minReplicas: 1, profile: 'balanced', memory: '128Mi', config: {} }],
};
const fleet = fleetOf(spec);

/** Accidents that the laws do not draw: each ends mended, or with a person told what to do. */
describe('accidents in the simulated world', function () {
  this.timeout(60_000);

  it('a disk declared smaller than it is keeps nobody from mending Redis', async () => {
    const world = await convergedWorld(fleet);
    const smaller = edited(fleet, (tenant) => ({
      ...tenant,
      resources: { ...tenant.resources, diskBytes: 2 ** 29 },
    }));
    redisOf(world, 3).stopped = true;
    redisOf(world, 2).settings['maxmemory'] = '1';
    const { outcome } = await run(smaller, simulate(world));
    expect(outcome.result, findingsText(outcome.left)).to.equal('operator');
    expect(outcome.left.map(({ subject, field }) => `${subject} ${field}`)).to.deep.equal([
      'container/t1-r1@limits disk',
      'container/t1-r2@limits disk',
      'container/t1-r3@limits disk',
    ]);
    expect(redisOf(world, 3).stopped).to.equal(false);
    expect(redisOf(world, 2).settings['maxmemory']).not.to.equal('1');
  });
});

function edited(from: Fleet, change: (tenant: Tenant) => Tenant): Fleet {
  return { ...from, tenants: from.tenants.map(change) };
}

function hostOf(world: World, number: number): HostWorld {
  const host = world.hosts[`redis-${number}`];
  if (!host) throw new Error(`no redis-${number}`);
  return host;
}

function redisOf(world: World, number: number) {
  const server = hostOf(world, number).boxes[`t1-r${number}`]?.redis;
  if (!server) throw new Error(`no Redis of r${number}`);
  return server;
}
