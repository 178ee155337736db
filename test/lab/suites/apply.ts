import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'chai';
import type { Lab } from '../support/lab.ts';

/** A fleet in order: nothing to do, seen with the least effort. */
export function applySuite(lab: () => Lab): void {
  it('apply again takes no step', async () => {
    const { code, out } = await lab().reconcile('apply', '-f', lab().documents);
    expect(code, out).to.equal(0);
    expect(out).to.equal('quickstart: in order (0 steps done in 1 pass)\n');
  });

  it('plan exits 0, with one SSH connection and one command a host, and at most four EC2 calls', async () => {
    const before = await ec2Calls(lab());
    const { code, out } = await lab().reconcile('plan', '-f', lab().documents, '-o', 'json');
    expect(code, out).to.equal(0);
    const { findings, effort } = JSON.parse(out) as {
      findings: unknown[];
      effort: Record<'sshConnections' | 'sshCommands', Record<string, number>>;
    };
    const oneEach = { 'proxy-1': 1, 'proxy-2': 1, 'redis-1': 1, 'redis-2': 1, 'redis-3': 1 };
    expect(findings).to.deep.equal([]);
    expect(effort.sshConnections).to.deep.equal(oneEach);
    expect(effort.sshCommands).to.deep.equal(oneEach);
    expect((await ec2Calls(lab())) - before).to.be.within(1, 4);
  });

  it('a user with sudo -n, from documents on standard input, sees the same', async () => {
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

  it('a Tenant that left the documents is told of, and left alone', async () => {
    const withoutGlobex = ['cluster.yaml', 'proxypair.yaml', 'tenant-acme.yaml'].flatMap((file) => [
      '-f',
      `${lab().documents}/${file}`,
    ]);
    const { out } = await lab().reconcile('plan', ...withoutGlobex, '-o', 'json');
    const { findings } = JSON.parse(out) as { findings: readonly { subject: string; remedy: string }[] };
    const ofGlobex = findings.filter(({ subject }) => subject.includes('globex'));
    expect(ofGlobex.map(({ subject }) => subject)).to.include.members([
      'container/globex-r1',
      'container/globex-r2',
      'container/globex-r3',
    ]);
    expect(ofGlobex.map(({ remedy }) => remedy)).to.satisfy((remedies: string[]) =>
      remedies.every((remedy) => remedy === 'notice'),
    );
  });
}

/** Calls that the lab's EC2 API counted, the hosts' own apart from nothing: an idle fleet makes none. */
async function ec2Calls(lab: Lab): Promise<number> {
  const { out } = await lab.command('status', '--name', lab.name, '-o', 'json');
  const { ec2Calls } = JSON.parse(out) as { ec2Calls: Record<string, number> };
  return Object.values(ec2Calls).reduce((a, b) => a + b, 0);
}
