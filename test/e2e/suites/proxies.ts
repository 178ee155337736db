import { expect } from 'chai';
import { judged } from '../support/judge.ts';
import { beginWriting, hasBooted, type Lab, must, until } from '../support/lab.ts';
import { figure, heal, ports, proxies, view, vipHolders } from '../support/tenants.ts';

interface Case {
  readonly name: string;
  breakIt(lab: Lab, owner: string): Promise<unknown>;
  /** Whether the other proxy must take over the address. */
  readonly moves: boolean;
  repair?(lab: Lab, owner: string): Promise<unknown>;
}

const cases: readonly Case[] = [
  {
    name: 'powered off',
    moves: true,
    breakIt: (lab, owner) => lab.command('fault', 'power-off', '--name', lab.name, owner),
    repair: (lab, owner) => lab.command('fault', 'power-on', '--name', lab.name, owner),
  },
  {
    name: 'its keepalived killed with -9',
    moves: false,
    breakIt: (lab, owner) => lab.host(owner, 'pkill -9 -x keepalived'),
  },
  { name: 'its HAProxy killed with -9', moves: false, breakIt: (lab, owner) => lab.host(owner, 'pkill -9 -x haproxy') },
  {
    name: 'its HAProxy killed and unable to start',
    moves: true,
    breakIt: (lab, owner) => lab.host(owner, 'mv /usr/sbin/haproxy /usr/sbin/haproxy.away && pkill -9 -x haproxy'),
    repair: (lab, owner) => lab.host(owner, 'mv /usr/sbin/haproxy.away /usr/sbin/haproxy'),
  },
];

/** Each once; `npm run test:long` does two rounds, so that each proxy has been the owner. */
const rounds = process.env['LONG'] ? [1, 2] : [1];

/** The proxy that owns the VIP fails, while a client writes through the VIP. */
export function proxySuite(lab: () => Lab): void {
  judged(lab);
  it('the proxies, cut off from each other and connected again: one owner, on one interface, without us', async function () {
    this.timeout(600_000);
    const pair = ['--name', lab().name, 'proxy-1', 'proxy-2'];
    // After the cut, either of the two may advertise first.
    for (let round = 1; round <= (process.env['LONG'] ? 12 : 1); round += 1) {
      await must(lab().command('fault', 'cut', ...pair));
      try {
        await until(
          'two masters that do not hear each other',
          () => vipHolders(lab()),
          ({ interfaces }) => interfaces.length === 2,
        );
      } finally {
        await must(lab().command('fault', 'uncut', ...pair));
      }
      await until(
        'one owner by EC2 and on one interface',
        () => vipHolders(lab()),
        ({ owners, interfaces }) => owners.length === 1 && interfaces.length === 1 && owners[0] === interfaces[0],
        20,
      );
    }
    await heal(lab());
  });

  it('the process that guards the address killed, and the address assigned elsewhere by hand: it comes back without us', async function () {
    this.timeout(600_000);
    const { vipOwner: owner } = await view(lab(), 'acme');
    const other = owner === 'proxy-1' ? proxies['proxy-2'] : proxies['proxy-1'];
    await must(lab().host(owner, "pkill -9 -f '^/bin/sh /etc/ec2-redis-operator/vip/notify'"));
    await must(lab().run([process.execPath, 'test/e2e/support/vip.mjs', '10.80.1.100', 'assign', other]));
    // On a busy machine the other proxy may become master meanwhile, and takes it rightly.
    await until(
      'the address on the interface of the master again',
      async () => ({ ...(await vipHolders(lab())), masters: await vrrpMasters(lab()) }),
      (seen) =>
        [seen.owners, seen.interfaces, seen.masters].every(
          ([one, ...more]) => !more.length && one !== undefined && one === seen.masters[0],
        ),
      30,
    );
    await heal(lab());
  });

  for (const { name, breakIt, moves, repair } of rounds.flatMap(() => cases)) {
    it(`the proxy that owns the VIP, ${name}: one owner, on one interface, and writes continue`, async function () {
      this.timeout(600_000);
      const { vipOwner: owner } = await view(lab(), 'acme');
      const alive = Object.keys(proxies).filter((host) => host !== owner || name !== 'powered off');
      const writer = await beginWriting(lab(), ports.acme, lab().passwords.acme);
      await must(breakIt(lab(), owner) as Promise<{ code: number; out: string; err: string }>);
      let held: Awaited<ReturnType<typeof vipHolders>>;
      try {
        held = await until(
          'one owner by EC2 and on one interface',
          () => vipHolders(lab(), alive),
          ({ owners, interfaces }) =>
            owners.length === 1 &&
            interfaces.length === 1 &&
            owners[0] === interfaces[0] &&
            (!moves || owners[0] !== owner),
        );
        await until(
          'a tenant that is served',
          () => view(lab(), 'acme'),
          ({ ready }) => ready === 'True',
        );
      } finally {
        await repair?.(lab(), owner);
      }
      await hasBooted(lab(), owner);
      await heal(lab());
      const report = await writer.stop();
      figure(
        `${owner}, ${name}: ${(report.longestGapMs / 1000).toFixed(1)} s without acknowledged writes; ${report.lostAcknowledged} lost; the address is on ${held.owners[0]}`,
      );
      expect(report.acknowledged).to.be.greaterThan(100);
      expect(report.lostAcknowledged).to.equal(0);
      expect(await vipHolders(lab())).to.satisfy(
        ({ interfaces, owners }: Awaited<ReturnType<typeof vipHolders>>) =>
          interfaces.length === 1 && owners.length === 1 && interfaces[0] === owners[0],
      );
    });
  }
}

/** The proxies whose keepalived is VRRP master. */
async function vrrpMasters(lab: Lab): Promise<readonly string[]> {
  const hosts = Object.keys(proxies);
  const states = await Promise.all(hosts.map((host) => lab.host(host, 'cat /run/ec2-redis-operator/vrrp/front')));
  return hosts.filter((_, index) => states[index]?.out.startsWith('MASTER'));
}
