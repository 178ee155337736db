import { expect } from 'chai';
import { expectFinding, observe } from '../support/findings.ts';
import { hosts, type Lab, must } from '../support/lab.ts';
import { client, view } from '../support/tenants.ts';

const tenants = ['acme', 'globex'] as const;

/** The data of every tenant deleted on the hosts. The lab cannot be used afterwards. */
export function lostDataSuite(lab: () => Lab): void {
  it('nothing is bootstrapped again, and manual action is required', async function () {
    this.timeout(600_000);
    for (const tenant of tenants) await must(client(lab(), tenant, lab().passwords[tenant]));
    const redisHosts = hosts.filter((host) => host.startsWith('redis'));
    await Promise.all(redisHosts.map((host) => emptied(lab(), host)));
    const { code, out } = await lab().reconcile('apply', '-f', lab().documents, '--timeout', '5m');
    expect(code, out).to.equal(2);
    expect(out).to.contain('not in order: manual action is required');
    const plan = await observe(lab());
    expect(plan.code, plan.out).to.equal(1);
    for (const tenant of tenants) {
      expect(out).to.match(new RegExp(`^redis/${tenant}\\n(?: .*\\n)*? {2}! data: lost -> `, 'm'));
      expectFinding(plan.findings, { subject: `redis/${tenant}`, reason: 'DataLost', by: 'manual' });
      expect(await view(lab(), tenant)).to.include({ master: '?', ready: 'False' });
    }
    const servers = await Promise.all(redisHosts.map((host) => lab().host(host, 'pgrep -x redis-server || :')));
    expect(servers.map(({ out }) => out)).to.deep.equal(['', '', '']);
    const refused = await client(lab(), 'acme', lab().passwords.acme);
    expect(refused.code, refused.out).not.to.equal(0);
  });
}

/** Stops a host's containers and empties their disks; the marks beside them stay. */
async function emptied(lab: Lab, host: string): Promise<void> {
  const { list, kill, onDisk } = lab.containers;
  const names = (await must(lab.host(host, list))).out.split('\n').map((line) => line.trim());
  for (const name of names.filter(Boolean)) {
    await lab.host(host, kill(name));
    await must(lab.host(host, `set -e\n${onDisk(name, 'find var/lib/redis -mindepth 1 -delete')}`));
  }
}
