import { readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { expect } from 'chai';
import { editTenant } from './support/account.ts';
import { observe } from './support/findings.ts';
import { beginWriting, type Lab, labFor, must } from './support/lab.ts';
import { figure, heal, hostOf, ports, redisCli } from './support/tenants.ts';

const members = ['r1', 'r2', 'r3'] as const;
const fresh = 'acme-canary.rotated.Z9$~;%';

describe('the password of a tenant is changed, while clients with either one write', function () {
  this.timeout(900_000);
  const lab = labFor('test-rotation', 'lxc', heal);
  const withPassword = (acme: string): Lab => ({ ...lab(), passwords: { ...lab().passwords, acme } });
  const file = (name: string) => join(dirname(lab().documents), name);
  const declared = () => `passwordFrom: { file: ${file('acme.password')} }`;
  const both = () =>
    `passwordFrom: { file: ${file('acme-new.password')} }\n    previousPasswordFrom: { file: ${file('acme.password')} }`;
  const ping = (password: string) => redisCli(withPassword(password), 'acme', 'PING');

  /** No write fails, none is lost, and no connection is closed. */
  const underWriter = async (what: string, password: string, act: () => Promise<unknown>) => {
    const writer = await beginWriting(lab(), ports.acme, password);
    await act();
    const report = await writer.stop();
    figure(
      `${what}: ${report.plain} writes, longest gap ${report.longestGapMs} ms, errors ${JSON.stringify(report.errors)}`,
    );
    expect(report.acknowledged).to.be.greaterThan(100);
    // A command may take longer than its limit on a busy machine; then the writer closes its connection itself.
    const { 'Command timed out': late, 'Connection is closed.': closed, ...refusals } = report.errors;
    expect([report.lostAcknowledged, report.lostPlain, refusals]).to.deep.equal([0, 0, {}]);
    if (late === undefined) expect(closed).to.equal(undefined);
  };

  it('alone, it is refused as a whole, with the way to do it', async () => {
    writeFileSync(file('acme-new.password'), `${fresh}\n`, { mode: 0o600 });
    editTenant(lab(), 'acme', declared(), `passwordFrom: { file: ${file('acme-new.password')} }`);
    const { code, out } = await lab().reconcile('apply', '-f', lab().documents, '--timeout', '20s');
    expect([code, out.includes('spec.auth.previousPasswordFrom')], out).to.deep.equal([2, true]);
    expect(await ping(lab().passwords.acme)).to.equal('PONG');
    editTenant(lab(), 'acme', `passwordFrom: { file: ${file('acme-new.password')} }`, both());
  });

  it('with the previous one: both are accepted, and every server uses the new one', async () => {
    await underWriter('both passwords', lab().passwords.acme, async () => {
      const planned = await observe(lab());
      expect(planned.code, planned.out).to.equal(1);
      expect(planned.findings.map(({ reason }) => reason)).to.include('PasswordNotAccepted');
      await heal(lab());
    });
    expect([await ping(lab().passwords.acme), await ping(fresh)]).to.deep.equal(['PONG', 'PONG']);
  });

  it('members that are restarted meanwhile accept both', async () => {
    await must(lab().reconcile('restart', 'acme', '-f', lab().documents));
    await heal(lab());
    expect([await ping(lab().passwords.acme), await ping(fresh)]).to.deep.equal(['PONG', 'PONG']);
  });

  it('without the previous one: only the new one is accepted, also after a failover', async () => {
    editTenant(lab(), 'acme', both(), `passwordFrom: { file: ${file('acme-new.password')} }`);
    await underWriter('the previous one taken out', fresh, () => heal(lab()));
    expect([await ping(lab().passwords.acme), await ping(fresh)]).to.satisfy(
      ([old, now]: readonly string[]) => /WRONGPASS/.test(old ?? '') && now === 'PONG',
    );
    await must(lab().reconcile('failover', 'acme', '-f', lab().documents));
    expect(await ping(fresh)).to.equal('PONG');
    for (const member of members) {
      const conf = `/var/lib/ec2-redis-operator/members/acme-${member}/conf/redis.conf`;
      const { out } = await must(lab().host(hostOf(member), `cat ${conf}`));
      expect(out.includes(lab().passwords.acme), member).to.equal(false);
      expect(out.includes(fresh), member).to.equal(true);
    }
  });

  it('neither password was printed or logged', () => {
    const text = lab().printed() + readFileSync(join(lab().documents, 'tenant-acme.yaml'), 'utf8');
    expect([text.includes(fresh), text.includes(lab().passwords.acme)]).to.deep.equal([false, false]);
  });
});
