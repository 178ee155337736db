import { expect } from 'chai';
import { observeAndPlan } from '../../../controller/engine/pass.ts';
import type { Fleet } from '../../../crds/fleet.ts';
import { reconcilers } from '../../../reconcilers/index.ts';
import { fleetOf, plainFleet } from '../../../simulation/scenarios/fleets.ts';
import { convergedWorld } from '../../../simulation/scenarios/start.ts';
import { simulate } from '../../../simulation/simulated-transport.ts';

type Change = Partial<Pick<Fleet['tenants'][number], 'acceptZoneRisk'>>;

/** redis-1 and redis-3 are in one zone, and so are the proxies. */
const fleet = fleetOf({ ...plainFleet, adopt: 'create' });

async function zoneFindings(tenant: Change, pair: Change, of: Fleet = fleet): Promise<readonly string[]> {
  const changed = {
    ...of,
    tenants: of.tenants.map((one) => ({ ...one, ...tenant })),
    proxyPairs: of.proxyPairs.map((one) => ({ ...one, ...pair })),
  };
  const { reader } = simulate(await convergedWorld(of));
  const { plan } = await observeAndPlan(changed, reconcilers, reader);
  return plan.findings
    .filter(({ reason }) => reason === 'ZoneAtRisk')
    .map(({ subject, field, have, remedy }) => `${subject} ${field}: ${have} (${remedy.by})`);
}

const members = 'service/t1@zones members in lab-1a: 2 of 3 (info)';
const proxies = 'vip/front@zones proxies: both in lab-1a (info)';

describe('availability zones', () => {
  it('shows two of three members in one zone, unless the Tenant accepts it', async () => {
    expect(await zoneFindings({ acceptZoneRisk: false }, {})).to.deep.equal([members]);
    expect(await zoneFindings({}, {})).to.deep.equal([]);
  });

  it('shows both proxies in one zone, unless the ProxyPair accepts it', async () => {
    expect(await zoneFindings({}, { acceptZoneRisk: false })).to.deep.equal([proxies]);
  });

  it('takes the zones of adopted hosts from EC2', async () => {
    const adopted = fleetOf({ ...plainFleet, adopt: 'id' });
    const all = { acceptZoneRisk: false };
    expect(await zoneFindings(all, {}, adopted)).to.deep.equal(['service/t1@zones members in lab-1a: 3 of 3 (info)']);
  });
});
