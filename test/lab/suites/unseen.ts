import { expect } from 'chai';
import { type Lab, must, until } from '../support/lab.ts';
import { figure, heal, view } from '../support/tenants.ts';

interface Case {
  readonly name: string;
  readonly fault: readonly string[];
  /** plan's exit code, and what it says of the host. */
  readonly plan: 1 | 3;
  readonly named: RegExp;
  /** apply's. */
  readonly apply: 2 | 3;
}

/** One Redis host that cannot be seen, or written to. Its members run on meanwhile: nobody but the operator is affected. */
const cases: readonly Case[] = [
  {
    name: 'cut off from the operator',
    fault: ['cut-operator', 'redis-2'],
    plan: 3,
    named:
      /\? host: could not be seen, .*redis-2 \(10\.80\.2\.12\) did not answer on port 22 within \d+ ms: is it running/,
    apply: 3,
  },
  {
    name: 'whose sshd takes connections and then hangs',
    fault: ['freeze-process', 'redis-2', 'sshd'],
    plan: 3,
    named: /\? host: could not be seen, .*port 22: the connection was taken, and sshd said nothing within \d+ ms/,
    apply: 3,
  },
  {
    name: 'whose disk is full',
    fault: ['fill-disk', 'redis-2'],
    plan: 1,
    named: /! file system \/: full \(\d+ Mi left\), should be room to write; free some of it on redis-2/,
    apply: 2,
  },
  {
    name: 'whose root is read-only',
    fault: ['read-only', 'redis-2'],
    plan: 1,
    named: /! file system \/: read-only, should be writable; the kernel mounts a file system so after an I\/O error/,
    apply: 2,
  },
];

const unprotect = 'ovs-vsctl set Port gre-proxy-1 protected=false';
const isProtected = 'ovs-vsctl --bare get Port gre-proxy-1 protected';

/** Hosts that cannot be seen or written to: named as what they are, left alone, and nothing else held up by them. */
export function unseenSuite(lab: () => Lab): void {
  const protection = async (host: string) => (await must(lab().host(host, isProtected))).out.trim();

  afterEach(async () => {
    await must(lab().command('heal', '--name', lab().name));
    await heal(lab());
  });

  for (const { name, fault, plan, named, apply } of cases)
    it(`${name}: named as that, nothing done that rests on it, and what disrupts nobody elsewhere is healed`, async () => {
      const [what = '', ...where] = fault;
      // The same damage there and elsewhere; disruption, too: it would restart a member on another host.
      for (const host of ['redis-1', 'redis-2']) await must(lab().host(host, unprotect));
      await must(lab().command('fault', what, '--name', lab().name, ...where));
      const began = Date.now();
      const seen = await lab().reconcile('plan', '-f', lab().documents);
      figure(`${name}: plan took ${((Date.now() - began) / 1000).toFixed(1)} s`);
      expect(seen.code, seen.out).to.equal(plan);
      expect(seen.out).to.match(new RegExp(`^host/redis-2\\n {2}${named.source}`, 'm'));
      expect(seen.out).to.match(/^mesh\/redis-2 {2}\. rests on host\/redis-2$|^mesh\/redis-2>proxy-1/m);
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
