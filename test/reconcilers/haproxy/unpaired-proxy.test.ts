import { expect } from 'chai';
import { haproxyPlaces, vipPlaces } from '../../../renderers/lib/proxy-paths.ts';
import { fleetOf, plainFleet } from '../../../simulation/scenarios/fleets.ts';
import { convergedWorld, run } from '../../../simulation/scenarios/start.ts';
import { simulate } from '../../../simulation/simulated-transport.ts';
import type { World } from '../../../simulation/world.ts';

const paired = fleetOf({ ...plainFleet, tenants: [] });
const unpaired = { ...paired, proxyPairs: [] };
const active = ({ hosts }: World) =>
  ['proxy-1', 'proxy-2'].flatMap((host) =>
    [vipPlaces.unit, haproxyPlaces.unit].filter((unit) => hosts[host]?.units[unit]?.active === 'active'),
  );

describe('a ProxyPair that is not declared any more', () => {
  it('serves as before, and is reported', async () => {
    const world = await convergedWorld(paired);
    const { outcome } = await run(unpaired, simulate(world));
    expect(outcome.left.filter(({ reason }) => reason === 'UnitOfRemovedPair')).to.have.lengthOf(4);
    expect(active(world)).to.have.lengthOf(4);
  });

  it('is stopped on request, keepalived before HAProxy, and then nothing is left', async () => {
    const world = await convergedWorld(paired);
    const simulation = simulate(world);
    const { outcome } = await run(unpaired, simulation, undefined, { maxDeletes: 1, allowEmpty: true });
    expect(outcome.result).to.equal('done');
    const stopped = simulation.steps.flatMap((one) => ('unit' in one ? [`${one.host} ${one.order} ${one.unit}`] : []));
    const order = (host: string) => stopped.filter((one) => one.startsWith(host));
    for (const host of ['proxy-1', 'proxy-2'])
      expect(order(host)).to.deep.equal([`${host} stop ${vipPlaces.unit}`, `${host} stop ${haproxyPlaces.unit}`]);
    expect(active(world)).to.deep.equal([]);
    const again = await run(unpaired, simulate(world));
    expect(again.outcome.left.filter(({ reason }) => reason === 'UnitOfRemovedPair')).to.deep.equal([]);
  });
});
