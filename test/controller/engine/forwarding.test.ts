import { expect } from 'chai';
import { observeAndPlan } from '../../../controller/engine/pass.ts';
import type { Finding } from '../../../reconcilers/contract/finding.ts';
import { reconcilers } from '../../../reconcilers/index.ts';
import { fleetOf, plainFleet, plainTenant } from '../../../simulation/scenarios/fleets.ts';
import { convergedWorld } from '../../../simulation/scenarios/start.ts';
import { simulate } from '../../../simulation/simulated-transport.ts';

const fleet = fleetOf({ ...plainFleet, tenants: [plainTenant, plainTenant] });

async function findings(...notForwarding: readonly string[]): Promise<readonly Finding[]> {
  const { reader } = simulate(await convergedWorld(fleet), { notForwarding: new Set(notForwarding) });
  const { plan } = await observeAndPlan(fleet, reconcilers, reader);
  expect(plan.steps).to.deep.equal([]);
  return plan.findings.filter(({ remedy }) => remedy.by !== 'info');
}

describe('proxies whose sshd forwards no connections', () => {
  it('are reported once each, and what is unknown for that reason depends on them', async () => {
    const all = await findings('proxy-1', 'proxy-2');
    const own = all.filter(({ reason }) => reason === 'TcpForwardingRefused');
    expect(own.map(({ subject }) => subject)).to.deep.equal(['host/proxy-1@forwarding', 'host/proxy-2@forwarding']);
    for (const { remedy } of own) expect(remedy).to.include({ by: 'unknown', refused: true });
    const rest = all.filter((one) => !own.includes(one));
    expect(rest).not.to.deep.equal([]);
    for (const { remedy } of rest)
      expect(remedy).to.include({ by: 'waiting', cause: 'dependency', dependsOn: 'host/proxy-1@forwarding' });
  });

  it('one of them hides nothing that the other shows', async () => {
    const all = await findings('proxy-2');
    expect(all.map(({ subject, reason }) => [subject, reason])).to.deep.equal([
      ['host/proxy-2@forwarding', 'TcpForwardingRefused'],
    ]);
  });
});
