import { chmodSync, cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { expect } from 'chai';
import { load } from 'js-yaml';
import { type Ended, type Lab, must, run } from '../support/lab.ts';

const root = resolve(import.meta.dirname, '../../..');
const example = (file: string) => load(readFileSync(join(root, 'examples/ci', file), 'utf8'));

/** A step of a job: its shell script, and whether it is executed after another step failed. */
interface Step {
  readonly run: string;
  readonly always: boolean;
}

/** The examples of examples/ci: their steps are executed as by their CI systems, in a directory like a checkout. */
const systems: Readonly<Record<string, () => readonly Step[]>> = {
  'github-actions.yml': () => {
    const { jobs } = example('github-actions.yml') as {
      jobs: { drift: { steps: readonly { run?: string; if?: string }[] } };
    };
    return jobs.drift.steps.flatMap((step) => (step.run ? [{ run: step.run, always: step.if !== undefined }] : []));
  },
  'gitlab-ci.yml': () => {
    const { drift } = example('gitlab-ci.yml') as {
      drift: { script: readonly string[]; artifacts: { reports: { junit: string } } };
    };
    expect(drift.artifacts.reports.junit).to.equal('reports/drift.xml');
    // GitLab executes the lines of a job as one script.
    return [{ run: drift.script.join('\n'), always: false }];
  },
};

export function ciSuite(lab: () => Lab): void {
  for (const [file, steps] of Object.entries(systems))
    it(`${file}: succeeds if the fleet is in order, fails on drift and on invalid documents, and keeps the reports`, async () => {
      const checkout = checkoutOf(lab());
      try {
        const kept = () =>
          ['drift.md', 'drift.xml', 'drift.json'].map((one) => existsSync(join(checkout, 'reports', one)));
        const inOrder = await execute(checkout, steps());
        expect(inOrder.code, inOrder.out + inOrder.err).to.equal(0);
        expect(readFileSync(join(checkout, 'reports/drift.xml'), 'utf8')).not.to.match(/<failure|<error/);
        rmSync(join(checkout, 'reports'), { recursive: true });

        await must(lab().host('redis-2', 'ovs-vsctl del-port gre-proxy-2'));
        const drifted = await execute(checkout, steps());
        await must(lab().reconcile('apply', '-f', lab().documents));
        expect(drifted.code, drifted.out + drifted.err).to.equal(1);
        expect(drifted.out).to.contain('gre-proxy-2');
        expect(kept()).to.deep.equal([true, true, true]);
        expect(readFileSync(join(checkout, 'reports/drift.xml'), 'utf8')).to.match(
          /<failure type="\w+" message="Port gre-proxy-2: absent -&gt; present/,
        );
        if (file.startsWith('github'))
          expect(readFileSync(join(checkout, 'summary.md'), 'utf8')).to.match(/in order\n[\s\S]*gre-proxy-2/);
        rmSync(join(checkout, 'reports'), { recursive: true });

        writeFileSync(join(checkout, 'fleet/proxypair.yaml'), 'kind: ProxyPair\n');
        const invalid = await execute(checkout, steps());
        expect(invalid.code, invalid.out).to.equal(2);
        expect(kept()).to.deep.equal([false, false, false]);
      } finally {
        rmSync(checkout, { recursive: true });
      }
    });
}

/** A directory with the documents in fleet/, and `reconcile` in bin/. */
function checkoutOf(lab: Lab): string {
  const checkout = mkdtempSync(join(tmpdir(), 'ci-'));
  cpSync(lab.documents, join(checkout, 'fleet'), { recursive: true });
  const program = join(root, 'dist/controller/main.js');
  mkdirSync(join(checkout, 'bin'));
  const words = [process.execPath, program, 'lab', 'run', '--name', lab.name, '--', process.execPath, program];
  writeFileSync(join(checkout, 'bin/reconcile'), `#!/bin/sh\nexec ${words.join(' ')} "$@"\n`);
  chmodSync(join(checkout, 'bin/reconcile'), 0o755);
  return checkout;
}

/** Executes the steps one after the other, each in the shell that GitHub and GitLab use. The first failure is the exit code of the job. */
async function execute(checkout: string, steps: readonly Step[]): Promise<Ended> {
  const variables = [
    `PATH=${checkout}/bin:${process.env['PATH']}`,
    'FLEET=fleet',
    `GITHUB_STEP_SUMMARY=${checkout}/summary.md`,
  ];
  let all: Ended = { code: 0, out: '', err: '' };
  for (const step of steps) {
    if (all.code && !step.always) continue;
    const shell = ['bash', '--noprofile', '--norc', '-e', '-o', 'pipefail', '-c', step.run];
    const { code, out, err } = await run(['env', '-C', checkout, ...variables, ...shell]);
    all = { code: all.code || code, out: all.out + out, err: all.err + err };
  }
  return all;
}
