import { expect } from 'chai';
import { checkCluster } from '../../../controller/cli/check-cluster.ts';
import { observeAndPlan } from '../../../controller/engine/pass.ts';
import type { FactReader } from '../../../controller/transport/io.ts';
import { reconcilers } from '../../../reconcilers/index.ts';
import { fleetOf, plainFleet } from '../../../simulation/scenarios/fleets.ts';
import { convergedWorld } from '../../../simulation/scenarios/start.ts';
import { unpreparedWorld } from '../../../simulation/scenarios/worlds.ts';
import { simulate } from '../../../simulation/simulated-transport.ts';
import type { World } from '../../../simulation/world.ts';

const fleet = fleetOf({ ...plainFleet, datapath: 'system', tenants: [] });
const dryRun = async () => ({ result: 'allowed', message: '' }) as const;

/** Also counts the facts that were read, host by host, one entry for each script. */
function counting(reader: FactReader) {
  const scripts: { readonly host: string; readonly facts: readonly string[] }[] = [];
  const counted: FactReader = {
    ...reader,
    readHost: (target, queries) => {
      scripts.push({ host: target.name, facts: queries.map(({ request }) => request.fact) });
      return reader.readHost(target, queries);
    },
  };
  return { counted, scripts };
}

async function checked(world: World) {
  const simulation = simulate(world);
  const { counted, scripts } = counting(simulation.reader);
  const { plan } = await checkCluster(
    fleet,
    reconcilers,
    { reader: counted, dryRun, quotaOf: simulation.quotaOf },
    world.now,
  );
  expect(simulation.steps).to.deep.equal([]);
  const onHosts = plan.findings.filter(({ subject }) => subject.startsWith('host/'));
  return { found: onHosts.map(({ subject, reason, field }) => `${subject} ${reason} ${field}`), scripts };
}

describe('check of hosts', () => {
  it('tells of unprepared hosts, all at once, which packages they cannot get', async () => {
    const world = unpreparedWorld(fleet);
    for (const [name, host] of Object.entries(world.hosts))
      host.system.notToBeHad = name.startsWith('proxy') ? ['keepalived'] : ['lxc'];
    const { found, scripts } = await checked(world);
    expect(found).to.have.members([
      ...['redis-1', 'redis-2', 'redis-3'].map((one) => `host/${one}@system PackageNotAvailable source of package lxc`),
      ...['proxy-1', 'proxy-2'].map((one) => `host/${one}@system PackageNotAvailable source of package keepalived`),
    ]);
    const more = scripts.filter(({ facts }) => facts.includes('preparation'));
    expect(more.map(({ facts }) => facts)).to.deep.equal(Array(5).fill(['preparation']));
    expect(new Set(more.map(({ host }) => host)).size).to.equal(5);
  });

  it('finds nothing where all packages can be had', async () => {
    expect((await checked(unpreparedWorld(fleet))).found).to.deep.equal([]);
  });

  it('leaves out a host that does not answer, which is reported in any case', async () => {
    const world = unpreparedWorld(fleet);
    for (const host of Object.values(world.hosts)) host.system.notToBeHad = ['lxc'];
    const [first] = world.ec2.instances;
    if (first) first.state = 'stopped';
    const { found } = await checked(world);
    expect(found.filter((line) => line.startsWith('host/redis-1') && line.includes('source'))).to.deep.equal([]);
    expect(found.filter((line) => line.includes('PackageNotAvailable'))).to.have.lengthOf(2);
  });

  it('a plan never looks, nor does check look up packages on prepared hosts', async () => {
    const { counted, scripts } = counting(simulate(unpreparedWorld(fleet)).reader);
    await observeAndPlan(fleet, reconcilers, counted);
    expect(scripts.flatMap(({ facts }) => facts)).to.not.include('preparation');
    const netdev = fleetOf({ ...plainFleet, tenants: [] });
    const { reader, quotaOf } = simulate(await convergedWorld(netdev));
    const converged = counting(reader);
    await checkCluster(netdev, reconcilers, { reader: converged.counted, dryRun, quotaOf }, 0);
    expect(converged.scripts.flatMap(({ facts }) => facts)).to.not.include('preparation');
  });
});
