import { expect } from 'chai';
import { type ExpectedFinding, expectFinding, observe } from '../support/findings.ts';
import { type Lab, must, until } from '../support/lab.ts';
import { figure, heal, view } from '../support/tenants.ts';

interface Case {
  readonly name: string;
  readonly fault: readonly string[];
  /** The exit code of plan, and its finding about the host. */
  readonly plan: 1 | 3;
  readonly expected: Omit<ExpectedFinding, 'subject'>;
  /** The exit code of apply. */
  readonly apply: 2 | 3;
}

/** One Redis host that cannot be observed, or written to. Its members keep running: only the operator is affected. */
const cases: readonly Case[] = [
  {
    name: 'cut off from the operator',
    fault: ['cut-operator', 'redis-2'],
    plan: 3,
    expected: {
      reason: 'NotObserved',
      by: 'unknown',
      message: /redis-2 \(10\.80\.2\.12\) did not answer on port 22 within \d+ ms/,
    },
    apply: 3,
  },
  {
    name: 'whose sshd accepts connections and then hangs',
    fault: ['freeze-process', 'redis-2', 'sshd'],
    plan: 3,
    expected: {
      reason: 'NotObserved',
      by: 'unknown',
      message: /redis-2 \(10\.80\.2\.12\), port 22: .*sshd .* within \d+ ms.*restart sshd/,
    },
    apply: 3,
  },
  {
    name: 'whose disk is full',
    fault: ['fill-disk', 'redis-2'],
    plan: 1,
    expected: { reason: 'FileSystemFull', by: 'manual', field: 'file system /', message: /on redis-2/ },
    apply: 2,
  },
  {
    name: 'whose root is read-only',
    fault: ['read-only', 'redis-2'],
    plan: 1,
    expected: { reason: 'FileSystemReadOnly', by: 'manual', field: 'file system /', message: /mount -o remount,rw \// },
    apply: 2,
  },
];

const unprotect = 'ovs-vsctl set Port gre-proxy-1 protected=false';
const isProtected = 'ovs-vsctl --bare get Port gre-proxy-1 protected';

/** Hosts that cannot be observed or written to: they are reported and not changed, and do not delay anything else. */
export function unknownSuite(lab: () => Lab): void {
  const protection = async (host: string) => (await must(lab().host(host, isProtected))).out.trim();

  afterEach(async () => {
    await must(lab().command('heal', '--name', lab().name));
    await heal(lab());
  });

  for (const { name, fault, plan, expected, apply } of cases)
    it(`${name}: reported, nothing that depends on it is changed, and elsewhere what disrupts nobody is repaired`, async () => {
      const [what = '', ...where] = fault;
      // The same fault there and on another host.
      for (const host of ['redis-1', 'redis-2']) await must(lab().host(host, unprotect));
      await must(lab().command('fault', what, '--name', lab().name, ...where));
      const began = Date.now();
      const observed = await observe(lab());
      figure(`${name}: plan took ${((Date.now() - began) / 1000).toFixed(1)} s`);
      expect(observed.code, observed.out).to.equal(plan);
      expectFinding(observed.findings, { subject: 'host/redis-2', ...expected });
      const dependent = { by: 'waiting', cause: 'dependency', dependsOn: 'host/redis-2' };
      const onMesh = observed.findings.filter(({ subject }) => /^mesh\/redis-2(>proxy-1)?$/.test(subject));
      expect(onMesh.map(({ remedy: { by, cause, dependsOn } }) => ({ by, cause, dependsOn })))
        .to.be.an('array')
        .that.deep.includes(dependent);
      const ended = await lab().reconcile('apply', '-f', lab().documents, '--timeout', '2m');
      expect(ended.code, ended.out).to.equal(apply);
      expect(await protection('redis-1')).to.equal('true');
      expect(await protection('redis-2')).to.equal('false');
      expect(ended.out).not.to.match(/: redis-2: /);
      for (const tenant of ['acme', 'globex'])
        await until(
          `${tenant} to be served`,
          () => view(lab(), tenant),
          ({ ready }) => ready === 'True',
        );
    });
}
