import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'chai';
import { editTenant } from '../support/account.ts';
import { observe } from '../support/findings.ts';
import { type Lab, must } from '../support/lab.ts';
import { applyNothing, hostOf, view } from '../support/tenants.ts';

/** A fleet that is in order: there is nothing to do, and finding that out takes the fewest possible calls. */
export function applySuite(lab: () => Lab): void {
  it('apply again executes no steps', async () => {
    await applyNothing(lab(), 'quickstart');
  });

  it('plan exits 0, with one SSH connection and one command a host, and at most four EC2 calls', async () => {
    const before = await ec2Calls(lab());
    const { code, out } = await lab().reconcile('plan', '-f', lab().documents, '-o', 'json');
    expect(code, out).to.equal(0);
    const { findings, stats } = JSON.parse(out) as {
      findings: unknown[];
      stats: Record<'sshConnections' | 'sshCommands', Record<string, number>>;
    };
    const oneEach = { 'proxy-1': 1, 'proxy-2': 1, 'redis-1': 1, 'redis-2': 1, 'redis-3': 1 };
    expect(findings).to.deep.equal([]);
    expect(stats.sshConnections).to.deep.equal(oneEach);
    expect(stats.sshCommands).to.deep.equal(oneEach);
    expect((await ec2Calls(lab())) - before).to.be.within(1, 4);
  });

  it('a user with sudo -n, and documents on standard input, have the same result', async () => {
    const files = readdirSync(lab().documents).map((file) => readFileSync(join(lab().documents, file), 'utf8'));
    const documents = files.join('---\n').replace('user: root', 'user: operator');
    expect(documents).to.contain('user: operator');
    const { code, out, err } = await lab().run(
      [process.execPath, 'dist/controller/main.js', 'plan', '-f', '-'],
      documents,
    );
    expect(code, out + err).to.equal(0);
    expect(out).to.match(/^quickstart: no differences\n/);
  });

  it('settings of every form are in force after one apply; taken out again, every setting of the servers is as it was', async () => {
    const declared = `      maxmemory-policy: noeviction\n`;
    const settings = Object.entries({
      'client-output-buffer-limit': 'replica 48mb 24mb 60',
      hz: '20',
      'maxmemory-policy': 'allkeys-lru',
      'notify-keyspace-events': 'KEA',
      'repl-backlog-size': '2mb',
      save: '900 1',
      timeout: '300',
    });
    const before = await settingsOf(lab());
    const more = settings.map(([name, value]) => `      ${name}: '${value}'\n`).join('');
    try {
      editTenant(lab(), 'globex', declared, more);
      await must(lab().reconcile('apply', '-f', lab().documents));
      await applyNothing(lab(), 'quickstart');
      const changed = await settingsOf(lab());
      for (const [index, lines] of changed.entries())
        expect(
          lines.filter((line) => !before[index]?.includes(line)).map((line) => line.split(' ')[0]),
          `r${index + 1}`,
        ).to.eql(settings.map(([name]) => name));
    } finally {
      editTenant(lab(), 'globex', more, declared);
    }
    await must(lab().reconcile('apply', '-f', lab().documents));
    await applyNothing(lab(), 'quickstart');
    expect(await settingsOf(lab())).to.eql(before);
  });

  it('what is paused is shown and left as it is, and repaired once the pause is taken out', async () => {
    const { master } = await view(lab(), 'acme');
    const member = ['r1', 'r2', 'r3'].find((name) => name !== master) ?? '';
    const [host, { kill, state }] = [hostOf(member), lab().containers];
    const until = new Date(Date.now() + 3_600_000).toISOString();
    const paused = `spec:\n  paused: { until: ${until}, reason: moving racks }\n`;
    try {
      editTenant(lab(), 'acme', 'spec:\n', paused);
      await must(lab().host(host, kill(`acme-${member}`)));
      // Neither changes anything, and each waits for the one that does not answer.
      const [applied, { code, findings }] = await Promise.all([
        lab().reconcile('apply', '-f', lab().documents, '--timeout', '1m'),
        observe(lab()),
      ]);
      expect(applied.code, applied.out).to.equal(0);
      expect(applied.out).to.contain('quickstart: in order, but for what is paused (0 steps done in ');
      expect((await lab().host(host, state(`acme-${member}`))).out).not.to.contain('running');
      expect(code, JSON.stringify(findings)).to.equal(0);
      const left = findings.find(
        ({ subject, reason }) => subject === `container/acme-${member}` && reason === 'NotRunning',
      );
      expect(left?.remedy.by).to.equal('info');
      expect(left?.remedy.message).to.match(/^paused until .* UTC \(moving racks\): apply would do this: /);
    } finally {
      editTenant(lab(), 'acme', paused, 'spec:\n');
    }
    await must(lab().reconcile('apply', '-f', lab().documents));
    await applyNothing(lab(), 'quickstart');
  });

  it('a Tenant that is no longer declared is reported, and not changed', async () => {
    const withoutGlobex = ['cluster.yaml', 'proxypair.yaml', 'tenant-acme.yaml'].flatMap((file) => [
      '-f',
      `${lab().documents}/${file}`,
    ]);
    const { findings } = await observe(lab(), 'plan', ...withoutGlobex);
    const ofGlobex = findings.filter(({ subject }) => subject.includes('globex'));
    expect(ofGlobex.map(({ subject }) => subject)).to.include.members([
      'container/globex-r1',
      'container/globex-r2',
      'container/globex-r3',
    ]);
    for (const finding of ofGlobex) expect(finding.remedy, finding.subject).to.include({ by: 'info' });
  });
}

/** All settings of globex's servers, `NAME VALUE` in the order of their names: members r1, r2 and r3. What a server decides itself is left out. */
async function settingsOf(lab: Lab): Promise<readonly (readonly string[])[]> {
  // The password comes on standard input, where no other process sees it.
  const script =
    'IFS= read -r password; printf "AUTH %s\\nCONFIG GET *\\n" "$password" | redis-cli | tail -n +2 | paste -d" " - -';
  const read = async (member: string) => {
    const inside = lab.containers.inside(`globex-${member}`, `sh -c '${script}'`);
    const { out } = await must(
      lab.host(hostOf(member), inside, `"${lab.passwords.globex.replace(/["\\]/g, '\\$&')}"\n`),
    );
    const lines = out
      .split('\n')
      .filter(
        (line) => /^[a-z]/.test(line) && !/^(requirepass|masterauth|replica-priority|slave-priority) /.test(line),
      );
    expect(lines.length).to.be.greaterThan(150);
    return lines.sort();
  };
  return Promise.all(['r1', 'r2', 'r3'].map(read));
}

/** Calls that the lab's EC2 API counted, those of the hosts included: an idle fleet makes none. */
async function ec2Calls(lab: Lab): Promise<number> {
  const { ec2Calls } = await lab.status();
  return Object.values(ec2Calls).reduce((a, b) => a + b, 0);
}
