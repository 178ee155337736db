import { expect } from 'chai';
import { observeAndPlan, observeStatus } from '../../../controller/engine/pass.ts';
import type { Member, Tenant } from '../../../crds/fleet.ts';
import { newPruning } from '../../../reconcilers/contract/prune.ts';
import { reconcilers } from '../../../reconcilers/index.ts';
import { canonicalState } from '../../../simulation/checkers/canonical-state.ts';
import { violations } from '../../../simulation/checkers/health.ts';
import { copyOf } from '../../../simulation/copy.ts';
import { killContainer } from '../../../simulation/lxc.ts';
import { type AddressingEdit, edited } from '../../../simulation/scenarios/edits.ts';
import { fleetOf, plainFleet, plainTenant } from '../../../simulation/scenarios/fleets.ts';
import { convergedWorld, run } from '../../../simulation/scenarios/start.ts';
import { type Faults, simulate } from '../../../simulation/simulated-transport.ts';
import { runToQuiescence } from '../../../simulation/step.ts';
import { hostOf, type World } from '../../../simulation/world.ts';
import { same } from '../../support/same.ts';

const fleet = fleetOf({ ...plainFleet, tenants: [plainTenant, plainTenant] });

async function planOf(edit: AddressingEdit, world: World, faults: Faults = {}) {
  const { plan } = await observeAndPlan(edited(fleet, edit), reconcilers, simulate(copyOf(world), faults).reader);
  const lines = plan.findings
    .filter(({ remedy }) => remedy.by !== 'info')
    .map(
      ({ subject, reason, field, have, want, remedy }) =>
        `${remedy.by} ${reason} ${subject} ${field}: ${have} -> ${want}`,
    );
  return { lines, steps: plan.steps.map(({ description }) => description) };
}

describe('a change of addressing that nobody has accepted, or that renames members', () => {
  const refused = 'manual AddressingChangeRefused container/t1@addressing';
  const changes = 'manual AddressingChanges container/t1@addressing';
  const withheld = 'waiting AddressingChangeWithheld mesh';
  const cases: Readonly<Record<AddressingEdit, readonly string[]>> = {
    vlan: [`${changes} network.vlan: 101 -> 151`],
    'one member': [`${changes} members r1 address: 10.101.0.11 -> 10.101.0.119`],
    'name of a member': [`${refused} members r1 name: r1 -> r9`],
    'name and address of a member': [
      `${refused} members r1 name: r1 -> r9`,
      `${refused} members r1 address: 10.101.0.11 -> 10.101.0.119`,
    ],
    network: [
      `${changes} network.cidr: 10.101.0.0/24 -> 10.201.0.0/24`,
      ...[1, 2, 3].map((n) => `${changes} members r${n} address: 10.101.0.1${n} -> 10.201.0.1${n}`),
      ...[1, 2].map((n) => `${withheld}/proxy-${n}:t1@addressing address: 10.101.0.${n} -> 10.201.0.${n}`),
    ],
    'VLAN and network': [
      `${changes} network.vlan: 101 -> 151`,
      `${changes} network.cidr: 10.101.0.0/24 -> 10.201.0.0/24`,
      ...[1, 2, 3].map((n) => `${changes} members r${n} address: 10.101.0.1${n} -> 10.201.0.1${n}`),
      ...[1, 2].map((n) => `${withheld}/proxy-${n}:t1@addressing address: 10.101.0.${n} -> 10.201.0.${n}`),
    ],
    'port of Redis': [`${changes} redis.port: 6379 -> 7379`],
    'port of Sentinel': [`${changes} sentinel.port: 26379 -> 27379`],
  };
  for (const [edit, expected] of Object.entries(cases) as [AddressingEdit, readonly string[]][])
    it(`${edit}: is held back as one, and no layer carries out its half`, async () => {
      const world = await convergedWorld(fleet);
      expect(await planOf(edit, world)).to.deep.equal({ lines: expected, steps: [] });
      const before = canonicalState(copyOf(world));
      const { outcome } = await run(edited(fleet, edit), simulate(world));
      expect(outcome).to.include({ result: 'manual', steps: 0 });
      same(canonicalState(world), before);
      const status = await observeStatus(edited(fleet, edit), simulate(world).reader);
      expect(status.map(({ name, ready, reason }) => `${name} ${ready} ${reason}`)).to.deep.equal([
        't1 True AllInOrder',
        't2 True AllInOrder',
      ]);
      const back = await run(fleet, simulate(world));
      expect(back.outcome).to.include({ result: 'done', steps: 0 });
    });

  it('while hosts of members are unreachable, nothing of it is carried out either', async () => {
    const world = await convergedWorld(fleet);
    for (const edit of Object.keys(cases) as AddressingEdit[])
      for (const unreachable of [['redis-1'], ['redis-1', 'redis-2'], ['redis-1', 'redis-2', 'redis-3']]) {
        const { lines, steps } = await planOf(edit, world, { unreachable: new Set(unreachable) });
        expect(steps, `${edit} ${unreachable}`).to.deep.equal([]);
        expect(lines.join(), edit).to.match(/AddressingChange(s|Refused)/);
      }
  });

  it('what was changed by hand on the proxies is no addressing in force, even while all members are unknown', async () => {
    const world = await convergedWorld(fleet);
    for (const name of ['proxy-1', 'proxy-2'])
      for (const { ports } of hostOf(world, name).ovs.bridges)
        for (const port of ports) if (port.name === 'tn101') port.tag = 999;
    const { haproxy } = hostOf(world, 'proxy-1');
    if (!haproxy) throw new Error('no HAProxy');
    const file = 'tenant-t1.cfg';
    const loaded = {
      ...haproxy.loaded,
      [file]: (haproxy.loaded[file] ?? '').replaceAll('10.101.0.11:', '10.101.0.99:'),
    };
    hostOf(world, 'proxy-1').haproxy = { ...haproxy, loaded };
    const unreachable = new Set(['redis-1', 'redis-2', 'redis-3']);
    const { plan } = await observeAndPlan(fleet, reconcilers, simulate(world, { unreachable }).reader);
    expect(plan.findings.filter(({ subject }) => subject.endsWith('@addressing'))).to.deep.equal([]);
  });

  it('what breaks meanwhile is repaired with the addressing in force', async () => {
    const world = await convergedWorld(fleet);
    killContainer(hostOf(world, 'redis-2'), 't1-r2');
    delete hostOf(world, 'proxy-1').files['/etc/ec2-redis-operator/haproxy/tenant-t1.cfg'];
    for (const link of hostOf(world, 'proxy-2').links) if (link.name === 'tn101') link.up = false;
    const { outcome } = await run(edited(fleet, 'VLAN and network'), simulate(world));
    runToQuiescence(world);
    expect(outcome.result).to.equal('manual');
    expect(violations(world, fleet)).to.deep.equal([]);
  });

  it('a new tenant that takes over its VLAN or its network is not created meanwhile', async () => {
    const world = await convergedWorld(fleetOf({ ...plainFleet, tenants: [plainTenant] }));
    const [t1, t2] = edited(fleet, 'VLAN and network').tenants;
    if (!t1 || !t2) throw new Error('two tenants');
    const taking = { ...fleet, tenants: [t1, { ...t2, vlan: 101 }] };
    const { plan } = await observeAndPlan(taking, reconcilers, simulate(world).reader);
    expect(plan.steps).to.deep.equal([]);
    const own = plan.findings.filter(({ subject }) => subject === 'container/t2@addressing');
    expect(own.map(({ reason, remedy }) => [reason, remedy.by])).to.deep.equal([['AddressingTaken', 'waiting']]);
  });
});

describe('members with other names', () => {
  const fleetWith = (members: readonly Member[], tenants = fleet.tenants) => {
    const sorted = [...members].sort((a, b) => (a.name < b.name ? -1 : 1));
    return { ...fleet, tenants: tenants.map((tenant, index) => (index ? tenant : { ...tenant, members: sorted })) };
  };
  const [first, second, third] = (fleet.tenants[0] as Tenant).members as [Member, Member, Member];

  it('that take the addresses of each other keep theirs, each its own', async () => {
    const shifted = fleetWith([
      { ...first, name: 'a', address: second.address },
      { ...second, name: 'b', address: third.address },
      { ...third, name: 'c', address: '10.101.0.14' },
    ]);
    const world = await convergedWorld(fleet);
    const { outcome } = await run(shifted, simulate(world));
    expect(outcome).to.include({ result: 'manual', steps: 0 });
    expect(violations(world, fleet)).to.deep.equal([]);
  });

  it('a member that left the tenant before does not come back for one that is new on its host', async () => {
    const five = fleetOf({ ...plainFleet, redisHosts: 5, tenants: [{ ...plainTenant, members: 5 }] });
    const world = await convergedWorld(five);
    const [all] = five.tenants as [Tenant];
    const three = { ...five, tenants: [{ ...all, members: all.members.slice(0, 3) }] };
    await run(three, simulate(world));
    for (const n of [4, 5]) killContainer(hostOf(world, `redis-${n}`), `t1-r${n}`);
    const added = all.members.slice(3).map((one) => ({ ...one, name: `${one.name}0`, address: `${one.address}0` }));
    const again = { ...five, tenants: [{ ...all, members: [...all.members.slice(0, 3), ...added] }] };
    const { plan } = await observeAndPlan(again, reconcilers, simulate(world).reader);
    expect(plan.findings.map(({ reason }) => reason)).not.to.include('AddressingChangeRefused');
    expect(plan.steps.map(({ description }) => description).join()).to.contain('create container t1-r40');
  });

  it('a member that is replaced on another host is not taken for one whose host is not observed', async () => {
    const four = fleetOf({ ...plainFleet, redisHosts: 5, tenants: [plainTenant] });
    const world = await convergedWorld(four);
    const [tenant] = four.tenants as [Tenant];
    const members = [...tenant.members.slice(0, 2), { ...third, name: 'r4', host: 'redis-4', address: '10.101.0.14' }];
    const replaced = { ...four, tenants: [{ ...tenant, members }] };
    const { plan } = await observeAndPlan(
      replaced,
      reconcilers,
      simulate(world, { unreachable: new Set(['redis-1']) }).reader,
    );
    expect(plan.findings.map(({ reason }) => reason)).not.to.include('AddressingChangeRefused');
  });
});

describe('a new tenant with the VLAN or network of one that is not declared any more', () => {
  const one = fleetOf({ ...plainFleet, tenants: [plainTenant] });
  const [t1] = one.tenants;
  const renamed = { ...one, tenants: [{ ...(t1 as Tenant), name: 'renamed' }] };
  const taken = async (world: World) => {
    const { plan } = await observeAndPlan(renamed, reconcilers, simulate(world).reader);
    return plan.findings.filter(({ reason }) => reason === 'AddressingTaken' || reason === 'TenantRenamed');
  };

  it('is refused at every layer, and the former one is served as before', async () => {
    const world = await convergedWorld(one);
    const before = canonicalState(copyOf(world));
    const { outcome } = await run(renamed, simulate(world));
    expect(outcome).to.include({ result: 'manual', steps: 0 });
    same(canonicalState(world), before);
    const [shown] = await observeStatus(renamed, simulate(world).reader);
    expect(shown).to.include({ name: 'renamed', ready: 'False', reason: 'NotCreated', endpoint: 'none' });
    const [finding] = await taken(world);
    expect(finding).to.deep.include({
      subject: 'container/renamed@addressing',
      reason: 'TenantRenamed',
      field: 'metadata.name',
      have: 't1',
      want: 'renamed',
    });
    const { remedy } = finding ?? {};
    expect(remedy?.by === 'manual' && remedy.message).to.match(
      /^Tenant renamed looks renamed from t1: .* nothing of renamed is created, .* Declare t1 again\. Or declare both/,
    );
    const back = await run(one, simulate(world));
    expect(back.outcome).to.include({ result: 'done', steps: 0 });
  });

  it('is refused for an address of its network alone, and for a container that does not run', async () => {
    const world = await convergedWorld(one);
    for (const host of ['redis-1', 'redis-2', 'redis-3']) killContainer(hostOf(world, host), `t1-r${host.slice(-1)}`);
    const elsewhere = { ...renamed, tenants: renamed.tenants.map((tenant) => ({ ...tenant, vlan: 333 })) };
    const { plan } = await observeAndPlan(elsewhere, reconcilers, simulate(world).reader);
    expect(plan.steps).to.deep.equal([]);
  });

  it('is not created while no host shows whether containers of the former are left', async () => {
    const world = await convergedWorld(one);
    const [tenant] = renamed.tenants as [Tenant];
    const expose = tenant.expose && {
      ...tenant.expose,
      port: 7000,
      proxyAddresses: tenant.expose.proxyAddresses.map((at) => ({ ...at, address: `${at.address}9` })),
    };
    const unreachable = new Set(['redis-1', 'redis-2', 'redis-3']);
    const other = { ...renamed, tenants: [{ ...tenant, expose }] };
    const { plan } = await observeAndPlan(other, reconcilers, simulate(world, { unreachable }).reader);
    expect(plan.steps).to.deep.equal([]);
    expect(plan.findings.filter(({ reason }) => reason === 'AddressingTaken')[0]?.remedy.by).to.equal('unknown');
  });

  it('the rules for its clients are no leftovers, which --prune revokes', async () => {
    const created = fleetOf({ ...plainFleet, adopt: 'create', tenants: [plainTenant, plainTenant] });
    const world = await convergedWorld(created);
    const held = { ...created, tenants: created.tenants.slice(0, 1), heldUp: ['t2'] };
    const pruning = newPruning({ maxDeletes: 1, allowEmpty: true }, held);
    const { plan } = await observeAndPlan(held, reconcilers, simulate(world).reader, { pruning });
    expect(plan.findings.filter(({ subject }) => subject.startsWith('network/'))).to.deep.equal([]);
  });

  it('data of it that was retired long ago is not destroyed as that of a tenant that is not declared', async () => {
    const world = await convergedWorld(fleet);
    const [first, second] = fleet.tenants;
    const options = { maxDeletes: 1, allowEmpty: true };
    await run({ ...fleet, tenants: [first as Tenant] }, simulate(world), undefined, options);
    world.now += fleet.cluster.prune.retainForMs;
    const declaredAgain = { ...fleet, tenants: [{ ...(second as Tenant), vlan: 101 }] };
    const pruning = newPruning(options, declaredAgain);
    const { plan } = await observeAndPlan(declaredAgain, reconcilers, simulate(world).reader, { pruning });
    expect(plan.findings.map(({ reason }) => reason)).to.include('AddressingTaken');
    const actions = plan.findings.flatMap(({ remedy }) => (remedy.by === 'action' ? remedy.actions : []));
    const named = actions.flatMap((action) => ('name' in action ? [`${action.operation} ${action.name}`] : []));
    expect(named.sort()).to.deep.equal(['member-retire t1-r1', 'member-retire t1-r2', 'member-retire t1-r3']);
  });
});
