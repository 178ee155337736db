import { expect } from 'chai';
import { observeAndPlan } from '../../../controller/engine/pass.ts';
import { targetsIn } from '../../../controller/engine/target.ts';
import type { Cluster, Fleet, Ssh } from '../../../crds/fleet.ts';
import type { Inventory } from '../../../reconcilers/contract/inventory.ts';
import { present } from '../../../reconcilers/facts/observation.ts';
import { reconcilers } from '../../../reconcilers/index.ts';
import { instanceLike } from '../../../simulation/scenarios/account.ts';
import { fleetOf, plainFleet } from '../../../simulation/scenarios/fleets.ts';
import { convergedWorld } from '../../../simulation/scenarios/start.ts';
import { simulate } from '../../../simulation/simulated-transport.ts';

const plain = fleetOf(plainFleet);
const bastion = {
  address: 'bastion.example.com',
  login: { user: 'ops', port: 2222, identity: { agent: true } },
} as const;

function reached(reach: Ssh['reach'], one: Fleet = plain): Fleet & { readonly cluster: Cluster } {
  return { ...one, cluster: { ...one.cluster, ssh: { ...one.cluster.ssh, reach } } };
}

describe('the way to a host', () => {
  const inventory: Inventory = new Map([
    [
      'proxy-1',
      present(instanceLike({ instanceId: 'i-1', privateAddress: '10.0.0.1', publicAddress: '198.51.100.1' })),
    ],
    ['redis-1', present(instanceLike({ instanceId: 'i-2', privateAddress: '10.0.0.2' }))],
  ]);
  const to = (reach: Ssh['reach'], host: string) => targetsIn(reached(reach).cluster, inventory)(host);

  it('leads to its private address', () => {
    expect(to({ at: 'private' }, 'proxy-1'))
      .to.include({ address: '10.0.0.1' })
      .and.not.have.any.keys('publicAddress', 'via');
  });

  it('leads to its public address, and without one says what to do', () => {
    expect(to({ at: 'public' }, 'proxy-1')).to.include({ address: '10.0.0.1', publicAddress: '198.51.100.1' });
    const none = to({ at: 'public' }, 'redis-1');
    expect('reason' in none && none.reason)
      .to.contain('i-2 has no public address')
      .and.contain('associate-address');
  });

  it('leads through a bastion with a login of its own', () => {
    const host = to({ through: bastion }, 'redis-1');
    expect(host).to.include({ address: '10.0.0.2' });
    expect('via' in host && host.via).to.deep.equal({ name: bastion.address, ...bastion });
  });

  it('leads through a host, which is reached at its public address', () => {
    const through = { through: { host: 'proxy-1' } };
    const first = to(through, 'proxy-1');
    expect(first).to.include({ address: '10.0.0.1', publicAddress: '198.51.100.1' }).and.not.have.property('via');
    expect(to(through, 'redis-1')).to.deep.include({ address: '10.0.0.2', via: first });
  });

  it('ends where the host that it leads through has no public address', () => {
    expect(to({ through: { host: 'redis-1' } }, 'proxy-1')).to.include({ behind: 'redis-1' });
  });
});

describe('a host that others are reached through, and that is down', () => {
  const findings = async (reach: Ssh['reach'], down: string) => {
    const world = await convergedWorld(plain);
    for (const one of world.ec2.instances) one.publicAddress = `198.51.100.${one.privateAddress?.split('.')[3]}`;
    const { reader } = simulate(world, { unreachable: new Set([down]) });
    const { plan } = await observeAndPlan(reached(reach), reconcilers, reader);
    expect(plan.steps).to.deep.equal([]);
    return plan.findings.filter(({ remedy }) => remedy.by !== 'info');
  };
  const cases = [
    { what: 'a bastion', reach: { through: bastion }, down: bastion.address, root: `host/${bastion.address}@jump` },
    { what: 'a host of the Cluster', reach: { through: { host: 'proxy-1' } }, down: 'proxy-1', root: 'host/proxy-1' },
  ] as const;
  for (const { what, reach, down, root } of cases) {
    it(`is one cause, and all the rest depends on it: ${what}`, async () => {
      const all = await findings(reach, down);
      const causes = all.filter(({ remedy }) => remedy.by === 'unknown');
      expect(causes.map(({ subject }) => subject)).to.deep.equal([root]);
      const rest = all.filter(
        ({ subject }) => subject.startsWith('host/') && subject !== root && !subject.includes('@'),
      );
      expect(rest.length).to.be.greaterThan(3);
      for (const { remedy } of rest) expect(remedy).to.include({ by: 'waiting', cause: 'dependency', dependsOn: root });
    });
  }

  it('is reported with what it means', async () => {
    const [first] = await findings({ through: bastion }, bastion.address);
    expect(first).to.include({ reason: 'JumpHostFailed' });
    expect(first?.remedy.by === 'unknown' && first.remedy.message).to.contain('All hosts are reached through');
  });
});
