import { expect } from 'chai';
import { type Lab, must } from '../support/lab.ts';
import { heal, view, vipHolders } from '../support/tenants.ts';

/** The proxy without the VIP could not take it over, and apply can change that. */
export function standbySuite(lab: () => Lab): void {
  it('HAProxy stopped on the proxy without the VIP: get says that it cannot take over; one apply starts it', async function () {
    this.timeout(600_000);
    const [owner] = (await vipHolders(lab())).owners;
    const standby = owner === 'proxy-1' ? 'proxy-2' : 'proxy-1';
    await must(lab().host(standby, 'systemctl stop ec2-redis-haproxy'));
    const shown = await view(lab(), 'acme');
    expect(shown).to.include({ ready: 'True', reason: 'StandbyCannotTakeOver', vipOwner: owner });
    expect(shown.message).to.contain(`HAProxy on ${standby} is not running`);
    await heal(lab());
  });
}
