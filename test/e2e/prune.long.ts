import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'chai';
import { beginWriting, bootLab, type Client, type Lab, must, until } from './support/lab.ts';
import { declaring, globexOn, keysOf, putForeign, retainFor } from './support/left-behind.ts';
import { runtimesTried } from './support/runtimes.ts';
import { client, figure, heal, hostOf, ports, view } from './support/tenants.ts';
import type { WriterReport } from './support/writer.ts';

const hosts = ['redis-1', 'redis-2', 'redis-3', 'proxy-1', 'proxy-2'];

for (const runtime of runtimesTried)
  describe(`apply --prune, on a fleet of real daemons, with ${runtime}`, function () {
    this.timeout(300_000);
    let booted: Lab | undefined;
    let writer: Client<WriterReport> | undefined;
    let foreign: (() => Promise<unknown>) | undefined;
    let data: unknown;
    const lab = (): Lab => {
      if (!booted) throw new Error('the lab is not running');
      return booted;
    };
    const reconcile = (words: string, ...tenants: readonly ('acme' | 'globex')[]) =>
      lab().reconcile(...words.split(' '), ...declaring(lab(), ...tenants));
    const left = async () => (await Promise.all(hosts.map((host) => globexOn(lab(), host)))).flat();
    const directories = (found: readonly string[]) => found.filter((one) => one.includes('/members/'));

    before(async () => {
      booted = await bootLab('test-prune', runtime);
      retainFor(lab(), '1h');
      await heal(lab());
      foreign = await putForeign(lab());
      for (const tenant of ['acme', 'globex'] as const) await must(client(lab(), tenant, lab().passwords[tenant]));
      data = await keysOf(lab(), 'globex');
      writer = await beginWriting(lab(), ports.acme, lab().passwords.acme);
    });

    after(async () => booted?.down());

    it('without --prune, a Tenant that is no longer declared is not changed', async () => {
      const before = await left();
      const { code, out } = await reconcile('apply', 'acme');
      expect(code, out).to.equal(0);
      expect(out).to.contain('(0 steps done in 1 pass');
      expect(await left()).to.deep.equal(before);
      expect(await keysOf(lab(), 'globex')).to.deep.equal(data);
    });

    it('plan --prune shows what would be removed, and changes nothing', async () => {
      const { code, out } = await reconcile('plan --prune', 'acme');
      expect(code, out).to.equal(1);
      expect(out).to.contain('redis-1: retire member globex-r1: stop it and keep its data  (removes tenant globex)');
      expect(await keysOf(lab(), 'globex')).to.deep.equal(data);
    });

    it('two Tenants to remove, or all, or an emptied file: refused, and nothing is changed', async () => {
      const before = await left();
      const two = await reconcile('apply --prune --allow-empty');
      expect(two.code, two.out).to.equal(2);
      expect(two.out).to.contain('2 to remove: tenant acme, tenant globex; --max-deletes is 1: pass --max-deletes 2');
      const all = await reconcile('apply --prune --max-deletes 2');
      expect(all.code, all.out).to.equal(2);
      expect(all.out).to.contain('Cluster quickstart declares no Tenants');
      const emptied = join(lab().documents, '../emptied.yaml');
      writeFileSync(emptied, '# nothing\n');
      const empty = await lab().reconcile('apply', '--prune', ...declaring(lab(), 'acme'), '-f', emptied);
      expect(empty.code, empty.out).to.equal(2);
      expect(empty.err).to.contain('no document: only comments were read');
      expect(await left()).to.deep.equal(before);
    });

    it('--prune takes it out of service and keeps its data; plan then exits with 0 and shows until when', async () => {
      const { code, out } = await reconcile('apply --prune', 'acme');
      expect(code, out).to.equal(0);
      expect(await left()).to.have.members([
        '/var/lib/lxc/globex-r1',
        ...['r1', 'r2', 'r3'].map((member) => `/var/lib/ec2-redis-operator/members/globex-${member}`),
      ]);
      const plan = await reconcile('plan --prune', 'acme');
      expect(plan.code, plan.out).to.equal(0);
      expect(plan.out).to.match(/retired .* ago, kept with its data until 20\d\d-.*Z \(spec\.prune\.retainFor\)/);
    });

    it('a boot of a host does not restore it', async () => {
      const { master } = await view(lab(), 'acme');
      const host = ['redis-1', 'redis-2', 'redis-3'].find((one) => one !== hostOf(master)) ?? '';
      for (const fault of ['power-off', 'power-on'])
        await must(lab().command('fault', fault, '--name', lab().name, host));
      const member = `acme-r${host.slice(-1)}`;
      await until(
        `${member} to run again`,
        () => lab().host(host, lab().containers.state(member)),
        ({ out }) => out === 'running\n',
      );
      const running = await lab().host(host, 'lxc-ls -1 --running; vzlist -H -o name');
      expect(running.out).not.to.contain('globex');
      expect(await globexOn(lab(), host)).to.satisfy((found: readonly string[]) =>
        found.every((one) => one.startsWith('/var/lib/')),
      );
    });

    it('declared again, it is restored with its data', async () => {
      await heal(lab());
      expect(await keysOf(lab(), 'globex')).to.deep.equal(data);
      const marks = await must(lab().host('redis-1', 'ls /var/lib/ec2-redis-operator/members/globex-r1/marks'));
      expect(marks.out).not.to.contain('retired');
    });

    it('requested before and after retainFor, it is destroyed, and nothing else is', async () => {
      retainFor(lab(), '5s');
      await must(reconcile('apply --prune', 'acme'));
      expect(directories(await left())).to.have.length(3);
      const { out } = await until(
        'retainFor to be over',
        () => reconcile('plan --prune', 'acme'),
        ({ out }) => out.match(/destroy retired member/g)?.length === 3,
      );
      expect(out).to.contain('destroy retired member globex-r2 and its data  (removes tenant globex)');
      await must(reconcile('apply', 'acme'));
      expect(directories(await left())).to.have.length(3);
      await must(reconcile('apply --prune', 'acme'));
      expect(await left()).to.deep.equal(['/var/lib/lxc/globex-r1']);
      const plan = await reconcile('plan --prune', 'acme');
      expect(plan.code, plan.out).to.equal(0);
      // A connection that the writer kept over a reload is shown as info.
      expect(plan.out).to.match(/^quickstart: (no differences|1 finding: 1 info\n[\s\S]*old workers)/);
    });

    it('acme was served throughout, and foreign resources still exist', async () => {
      await foreign?.();
      const report = await writer?.stop();
      figure(
        `acme: ${report?.acknowledged} writes acknowledged, longest gap ${report?.longestGapMs} ms, plain lost ${report?.lostPlain}`,
      );
      expect(report?.lostAcknowledged).to.equal(0);
      expect(report?.acknowledged).to.be.greaterThan(100);
    });
  });
