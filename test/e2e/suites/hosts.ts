import { expect } from 'chai';
import { expectFinding, type Observed, observe } from '../support/findings.ts';
import { judged } from '../support/judge.ts';
import { type Lab, must, until } from '../support/lab.ts';
import { heal, hostOf, view } from '../support/tenants.ts';

/** A Redis host loses power and comes back. */
export function hostSuite(lab: () => Lab): void {
  judged(lab);
  it('a Redis host powered off and on: its members come back without us, and plan reports no differences', async function () {
    this.timeout(600_000);
    const { master } = await view(lab(), 'acme');
    const host = hostOf(master);
    await must(lab().command('fault', 'power-off', '--name', lab().name, host));
    let cut: Observed;
    try {
      // While the Sentinels move the master, a member may be unknown.
      cut = await until(
        'a plan in which everything is known',
        () => observe(lab()),
        ({ code }) => code === 1,
        60,
      );
    } finally {
      await must(lab().command('fault', 'power-on', '--name', lab().name, host));
    }
    expectFinding(cut.findings, {
      subject: `instance/${host}`,
      reason: 'NotRunning',
      by: 'manual',
      field: 'instance state',
      have: 'stopped',
      want: 'running',
    });
    for (const tenant of ['acme', 'globex'])
      await until(
        `${tenant} with all its members`,
        () => view(lab(), tenant),
        ({ reason }) => reason === 'AllInOrder',
        120,
      );
    const plan = await until(
      'plan to report no differences',
      () => lab().reconcile('plan', '-f', lab().documents),
      ({ code }) => code === 0,
      60,
    );
    expect(plan.out).to.match(/^quickstart: no differences\n/);
  });

  it('a veth that drops all packets is reported, and repaired', async function () {
    this.timeout(120_000);
    const reaches = async () =>
      (await lab().host('proxy-1', 'ping -c 1 -W 1 10.101.0.12 >/dev/null && echo yes')).out === 'yes\n';
    await must(lab().host('redis-2', lab().containers.blackHole('acme-r2')));
    expect(await reaches()).to.equal(false);
    const plan = await observe(lab());
    expect(plan.code, plan.out).to.equal(1);
    expectFinding(plan.findings, {
      subject: 'container/acme-r2',
      reason: 'ContainerPortStale',
      field: 'Port ct101 ifindex',
    });
    await heal(lab());
    expect(await reaches()).to.equal(true);
  });
}
