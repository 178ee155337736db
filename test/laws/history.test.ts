import { expect } from 'chai';
import fc from 'fast-check';
import { findingsText } from '../../controller/report/plan-text.ts';
import { canonicalState } from '../../simulation/checkers/canonical-state.ts';
import { violations } from '../../simulation/checkers/health.ts';
import { declaredFleet, type History, history } from '../../simulation/scenarios/histories.ts';
import { historyRuns, path, seed } from '../../simulation/scenarios/runs.ts';
import { convergedWorld, run } from '../../simulation/scenarios/start.ts';
import { simulate } from '../../simulation/simulated-transport.ts';
import { runToQuiescence } from '../../simulation/step.ts';
import type { World } from '../../simulation/world.ts';
import { same } from '../support/same.ts';

/** Addresses of tenants that several proxies have at one moment. */
function sharedAddresses({ hosts }: World): readonly string[] {
  const all = Object.values(hosts).flatMap(({ links }) => {
    const own = links.flatMap(({ name, addresses }) => (name.startsWith('tn') ? addresses : []));
    return [...new Set(own.map((address) => address.replace(/\/.*/, '')))];
  });
  return all.filter((address, index) => all.indexOf(address) !== index);
}

/** Members that send packets which their device on the host, or the proxy's port since it was made smaller, does not carry. */
function cutOff(world: World, before: ReadonlyMap<string, number>): readonly string[] {
  const containers = Object.values(world.hosts).flatMap((host) =>
    Object.entries(host.containers).map(([name, { mtu, port }]) => {
      return { name, mtu, port, device: host.links.find((one) => one.name === port)?.mtu ?? mtu };
    }),
  );
  const own = containers.filter(({ mtu, device }) => mtu > device).map(({ name }) => name);
  const lowered = [...proxyMtus(world)].filter(([port, mtu]) => mtu < (before.get(port) ?? mtu));
  // Ports are named by VLAN: tn101, and ct101 of its members.
  const theirs = lowered.flatMap(([port, mtu]) =>
    containers
      .filter((one) => port.endsWith(`tn${one.port.slice(2)}`) && one.mtu > mtu)
      .map(({ name }) => `${name}, by ${port}`),
  );
  return [...own, ...theirs];
}

function proxyMtus(world: World): ReadonlyMap<string, number> {
  return new Map(
    Object.entries(world.hosts).flatMap(([host, { links }]) =>
      links.filter(({ name }) => name.startsWith('tn')).map(({ name, mtu }) => [`${host} ${name}`, mtu] as const),
    ),
  );
}

describe('the history of documents', function () {
  this.timeout(120_000 + historyRuns * 4000);

  it('does not matter: what is declared now gives one state, whatever was declared before', async () => {
    const holds = async ({ on, before, now }: History) => {
      const fleet = declaredFleet(on, now);
      const world = await convergedWorld(declaredFleet(on, before));
      const shared = new Set<string>();
      const unheard = new Set<string>();
      let mtus = proxyMtus(world);
      const onStep = () => {
        for (const address of sharedAddresses(world)) shared.add(address);
        for (const member of cutOff(world, mtus)) unheard.add(member);
        mtus = proxyMtus(world);
      };
      const { outcome } = await run(fleet, simulate(world, { onStep }));
      expect([...shared], 'addresses that both proxies had').to.deep.equal([]);
      expect([...unheard], 'members that send what is lost').to.deep.equal([]);
      runToQuiescence(world);
      if (outcome.result !== 'done') throw new Error(`it ended ${outcome.result}:\n${findingsText(outcome.left)}`);
      expect(violations(world, fleet)).to.deep.equal([]);
      same(canonicalState(world), canonicalState(await convergedWorld(fleet)));
    };
    const replay = path === undefined ? {} : { path, endOnFailure: true };
    await fc.assert(fc.asyncProperty(history, holds), {
      numRuns: historyRuns,
      seed,
      includeErrorInReport: true,
      ...replay,
    });
  });
});
