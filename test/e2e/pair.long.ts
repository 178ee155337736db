import { expect } from 'chai';
import { edit, editTenant } from './support/account.ts';
import { expectFinding, observe } from './support/findings.ts';
import { beginWriting, type Lab, labFor, must } from './support/lab.ts';
import { runtimesTried } from './support/runtimes.ts';
import { figure, heal, ports } from './support/tenants.ts';

/** Changes that both proxies of a pair must have alike, under writers. */
for (const runtime of runtimesTried)
  describe(`two proxies of real daemons, with ${runtime}`, function () {
    this.timeout(600_000);
    const booted = labFor('test-pair', runtime, heal);
    const setTimings = (interval: number) =>
      editTenant(
        booted(),
        'acme',
        /profile: balanced|timings: .*/,
        `timings: { downAfter: 2s, failoverTimeout: 20s, checkInterval: ${interval}ms, checkFall: 2 }`,
      );
    const setRouterId = (id: number) => edit(booted(), 'proxypair.yaml', /routerId: \d+/, `routerId: ${id}`);
    const loadedIds = async () => {
      const read = "sed -n 's/^ *virtual_router_id //p' /run/ec2-redis-keepalived/keepalived.conf";
      const both = await Promise.all(['proxy-1', 'proxy-2'].map((host) => must(booted().host(host, read))));
      return both.map(({ out }) => Number(out));
    };

    it('nothing changed: how long a write waits at most on this machine', () =>
      underWriters(booted(), 'nothing', () => {}));

    it("one tenant's timings changed: the proxies are reloaded one after the other, and no connection is lost", async () => {
      for (const interval of [900, 1100]) {
        const { owners, reloads, errors } = await underWriters(booted(), 'timings of acme', () => setTimings(interval));
        expect(owners).to.have.lengthOf(1);
        expect(reloads).to.deep.equal([other(owners[0]), owners[0]]);
        expect(errors).to.deep.equal({});
      }
    });

    it('another virtual router id: the virtual IP does not move, and plan says whom it interrupts', async () => {
      for (const id of [61, 62]) {
        const { plan, owners } = await underWriters(booted(), 'virtual router id', () => setRouterId(id));
        expect(plan).to.include('interrupts acme, globex for about 1 s');
        expect(owners).to.have.lengthOf(1);
        expect(await loadedIds()).to.deep.equal([id, id]);
      }
    });

    it('another virtual router id while one proxy is cut off from the operator: neither is changed', async () => {
      const before = await loadedIds();
      setRouterId(63);
      await must(booted().command('fault', 'cut-operator', '--name', booted().name, 'proxy-2'));
      const { findings } = await observe(booted());
      const waiting = { subject: 'vip/front@proxy-1', reason: 'VrrpDiffers', by: 'waiting' } as const;
      expectFinding(findings, { ...waiting, dependsOn: 'vip/front@proxy-2', message: /proxy-2 could not be observed/ });
      const { code, out } = await booted().reconcile('apply', '-f', booted().documents, '--timeout', '2m');
      expect(code, out).to.equal(3);
      expect(await loadedIds()).to.deep.equal(before);
      await must(booted().command('heal', '--name', booted().name));
      await heal(booted());
      expect(await loadedIds()).to.deep.equal([63, 63]);
    });
  });

const other = (host: string | undefined) => (host === 'proxy-1' ? 'proxy-2' : 'proxy-1');

/** A plan and an apply after a change, while one client of each tenant writes through the virtual IP. */
async function underWriters(lab: Lab, what: string, change: () => unknown) {
  const log = lab.logged().length;
  const watched = watchOwner(lab);
  const tenants = ['acme', 'globex'] as const;
  const writers = await Promise.all(tenants.map((name) => beginWriting(lab, ports[name], lab.passwords[name])));
  change();
  const { out: plan } = await lab.reconcile('plan', '-f', lab.documents);
  await heal(lab);
  const reports = await Promise.all(writers.map((writer) => writer.stop()));
  const owners = await watched.end();
  const moves = owners.length - 1;
  const gaps = reports.map(({ longestGapMs }, index) => `${tenants[index]} ${(longestGapMs / 1000).toFixed(1)} s`);
  figure(
    `${what}: ${gaps.join(', ')} without acknowledged writes; ${moves} moves of the virtual IP; errors ${JSON.stringify(reports.map((report) => report.errors))}`,
  );
  expect(reports.map(({ lostAcknowledged }) => lostAcknowledged)).to.deep.equal([0, 0]);
  const errors = Object.assign({}, ...reports.map((report) => report.errors)) as Record<string, number>;
  return { plan, owners, errors, reloads: reloadedIn(lab.logged().slice(log)) };
}

/** The hosts that have the virtual IP in EC2, one after the other. A call that assigns it where it is already is no move. */
function watchOwner(lab: Lab): { end(): Promise<readonly string[]> } {
  const owners: string[] = [];
  let ended = false;
  const observing = (async () => {
    while (!ended) {
      const [owner] = (await lab.status()).hosts.filter(({ addresses }) => addresses.includes('10.80.1.100'));
      if (owner && owner.name !== owners.at(-1)) owners.push(owner.name);
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
  })();
  return {
    end: async () => {
      ended = true;
      await observing;
      return owners;
    },
  };
}

/** The hosts on which HAProxy was reloaded, in order. */
function reloadedIn(log: string): readonly string[] {
  return log.split('\n').flatMap((line) => {
    const { message, action } = line.startsWith('{') ? (JSON.parse(line) as Logged) : {};
    const reload = message === 'step done' && action?.unit === 'ec2-redis-haproxy.service' && action.order === 'reload';
    return reload && action.host ? [action.host] : [];
  });
}

interface Logged {
  readonly message?: string;
  readonly action?: { readonly host?: string; readonly unit?: string; readonly order?: string };
}
