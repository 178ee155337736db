import { expect } from 'chai';
import { editCluster, editTenant } from '../support/account.ts';
import { observe } from '../support/findings.ts';
import { beginWriting, type Lab, must } from '../support/lab.ts';
import { masterOf } from '../support/members.ts';
import { figure, heal, hostOf, ports, redisCli } from '../support/tenants.ts';

const members = ['r1', 'r2', 'r3'] as const;
const declared = 'maxmemory-policy: noeviction';

/** What restarts the members of a tenant, or hands its master over, while a client writes through the VIP. */
export function rollSuite(lab: () => Lab): void {
  const underWriter = async (what: string, act: () => Promise<unknown>) => {
    const writer = await beginWriting(lab(), ports.acme, lab().passwords.acme);
    await act();
    const report = await writer.stop();
    figure(
      `${what}: ${(report.longestGapMs / 1000).toFixed(1)} s without acknowledged writes; ${report.lostPlain} of ${report.plain} plain writes lost`,
    );
    expect(report.acknowledged).to.be.greaterThan(100);
    expect([report.lostAcknowledged, report.lostPlain]).to.deep.equal([0, 0]);
  };
  const command = async (...words: readonly string[]) => {
    const { code, out, err } = await lab().reconcile(...words, '-f', lab().documents);
    return { code, out: out + err };
  };

  it('outside of its maintenance windows no member is restarted: apply says until when, and ends with 0', async function () {
    this.timeout(300_000);
    const before = await runIds(lab());
    const opens = new Date(Date.now() + 12 * 3_600_000).toISOString().slice(11, 16);
    const windows = `spec:\n  maintenance: { windows: [{ start: '${opens}', duration: 10m }] }\n`;
    editTenant(lab(), 'acme', 'spec:\n', windows);
    editTenant(lab(), 'acme', declared, `${declared}\n      databases: '32'`);
    try {
      const { code, out } = await command('apply');
      expect(code, out).to.equal(0);
      expect(out).to.contain('quickstart: in order, but for what waits for a maintenance window (0 steps done in ');
      expect(out).to.contain(` ${opens} UTC: `);
      expect(await runIds(lab())).to.deep.equal(before);
      const ignoring = await command('plan', '--ignore-windows');
      expect(ignoring.out).to.match(/Steps that apply would begin with:\n.*acme/);
    } finally {
      editTenant(lab(), 'acme', windows, 'spec:\n');
      editTenant(lab(), 'acme', `\n      databases: '32'`, '');
    }
    await heal(lab());
  });

  it('a setting that Redis reads at its start only: every member is restarted once, the master last', async function () {
    this.timeout(600_000);
    const master = await masterOf(lab(), 'acme');
    const before = await runIds(lab());
    await underWriter('databases changed', async () => {
      editTenant(lab(), 'acme', declared, `${declared}\n      databases: '32'`);
      const planned = await observe(lab());
      const waiting = planned.findings.filter(
        ({ reason, remedy }) => reason === 'SettingFixedAtStart' && remedy.by === 'waiting',
      );
      expect([planned.code, waiting.length]).to.deep.equal([1, 2]);
      await heal(lab());
    });
    expect(await redisCli(lab(), 'acme', 'CONFIG', 'GET', 'databases')).to.contain('32');
    const after = await runIds(lab());
    for (const index of [0, 1, 2]) expect(after[index], members[index]).not.to.equal(before[index]);
    expect(await masterOf(lab(), 'acme')).not.to.equal(master);
    editTenant(lab(), 'acme', `\n      databases: '32'`, '');
    await underWriter('databases taken out of the document', () => heal(lab()));
    expect(await redisCli(lab(), 'acme', 'CONFIG', 'GET', 'databases')).to.contain('16');
  });

  if (process.env['LONG'])
    it('another MTU: every container is restarted once, the one with the master last', async function () {
      this.timeout(900_000);
      const before = await runIds(lab());
      editCluster(lab(), 'underlayMtu: 9001', 'underlayMtu: 8000');
      await underWriter('MTU lowered', () => heal(lab()));
      const after = await runIds(lab());
      for (const index of [0, 1, 2]) expect(after[index], members[index]).not.to.equal(before[index]);
      editCluster(lab(), 'underlayMtu: 8000', 'underlayMtu: 9001');
      await underWriter('MTU raised', () => heal(lab()));
    });

  it('failover --to: the member is master, and all others continue by partial synchronization', async function () {
    this.timeout(300_000);
    const master = await masterOf(lab(), 'acme');
    const to = members.find((member) => member !== master) ?? '';
    const syncs = await fullSyncs(lab());
    await underWriter('failover asked for', async () => {
      const shown = await command('failover', 'acme', '--to', to, '--dry-run');
      expect(shown.code, shown.out).to.equal(1);
      expect(shown.out).to.contain(`switch the master of acme from acme-${master} to acme-${to}`);
      const done = await command('failover', 'acme', '--to', to);
      expect(done.code, done.out).to.equal(0);
    });
    expect(await masterOf(lab(), 'acme')).to.equal(to);
    expect(await fullSyncs(lab())).to.equal(syncs);
    const again = await command('failover', 'acme', '--to', to);
    expect([again.code, again.out]).to.deep.equal([0, 'acme: in order (0 steps done in 1 pass)\n']);
    expect((await observe(lab())).code).to.equal(0);
  });

  it('restart: every member has another process, one after the other', async function () {
    this.timeout(600_000);
    const before = await runIds(lab());
    const syncs = await fullSyncs(lab());
    await underWriter('restart asked for', async () => {
      const { code, out } = await command('restart', 'acme');
      expect(code, out).to.equal(0);
    });
    const after = await runIds(lab());
    for (const index of [0, 1, 2]) expect(after[index], members[index]).not.to.equal(before[index]);
    expect(await fullSyncs(lab()), 'full synchronizations').to.equal(syncs);
    expect(await redisCli(lab(), 'acme', 'CONFIG', 'GET', 'appendonly')).to.contain('yes');
    expect((await observe(lab())).code).to.equal(0);
  });
}

/** The process of each member's Redis. */
function runIds(lab: Lab): Promise<readonly string[]> {
  return Promise.all(
    members.map(
      async (member) =>
        (await must(lab.host(hostOf(member), lab.containers.inside(`acme-${member}`, 'pgrep -x redis-server')))).out,
    ),
  );
}

/** How many full synchronizations the members' logs tell of. */
async function fullSyncs(lab: Lab): Promise<number> {
  const counts = await Promise.all(
    members.map(async (member) => {
      const log = `/var/lib/ec2-redis-operator/members/acme-${member}/console.log`;
      return Number((await lab.host(hostOf(member), `grep -c 'Full resync from master' ${log}`)).out);
    }),
  );
  return counts.reduce((sum, count) => sum + count, 0);
}
