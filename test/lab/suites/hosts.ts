import { expect } from 'chai';
import { type Lab, must, until } from '../support/lab.ts';
import { heal, hostOf, view } from '../support/tenants.ts';

/** A Redis host loses power and comes back. */
export function hostSuite(lab: () => Lab): void {
  it('a Redis host powered off and on: its members come back by themselves, and plan finds nothing', async function () {
    this.timeout(240_000);
    const { master } = await view(lab(), 'acme');
    const host = hostOf(master);
    await must(lab().command('fault', 'power-off', '--name', lab().name, host));
    const cut = await lab().reconcile('plan', '-f', lab().documents);
    expect(cut.code, cut.out).to.equal(1);
    expect(cut.out).to.match(new RegExp(`instance/${host}\\n  ! instance state: stopped, should be running`));
    await must(lab().command('fault', 'power-on', '--name', lab().name, host));
    for (const tenant of ['acme', 'globex'])
      await until(
        `${tenant} with all its members`,
        () => view(lab(), tenant),
        ({ reason }) => reason === 'AllInOrder',
        120,
      );
    const plan = await until(
      'plan to find nothing',
      () => lab().reconcile('plan', '-f', lab().documents),
      ({ code }) => code === 0,
      60,
    );
    expect(plan.out).to.match(/^quickstart: no differences\n/);
  });

  it('a veth that is black-holed is seen, and healed', async function () {
    this.timeout(120_000);
    const reaches = async () =>
      (await lab().host('proxy-1', 'ping -c 1 -W 1 10.101.0.12 >/dev/null && echo yes')).out === 'yes\n';
    await must(lab().host('redis-2', lab().containers.blackHole('acme-r2')));
    expect(await reaches()).to.equal(false);
    const plan = await lab().reconcile('plan', '-f', lab().documents);
    expect(plan.code, plan.out).to.equal(1);
    expect(plan.out).to.match(/container\/acme-r2\n(?: .*\n)*.*ct101.*ifindex/);
    await heal(lab());
    expect(await reaches()).to.equal(true);
  });
}
