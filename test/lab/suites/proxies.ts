import { expect } from 'chai';
import { beginWriting, type Lab, must, until } from '../support/lab.ts';
import { figure, heal, ports, proxies, view, vipHolders } from '../support/tenants.ts';

interface Case {
  readonly name: string;
  breakIt(lab: Lab, owner: string): Promise<unknown>;
  /** Whether the other proxy must take the address over. */
  readonly moves: boolean;
  mend?(lab: Lab, owner: string): Promise<unknown>;
}

const cases: readonly Case[] = [
  {
    name: 'powered off',
    moves: true,
    breakIt: (lab, owner) => lab.command('fault', 'power-off', '--name', lab.name, owner),
    mend: (lab, owner) => lab.command('fault', 'power-on', '--name', lab.name, owner),
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
    mend: (lab, owner) => lab.host(owner, 'mv /usr/sbin/haproxy.away /usr/sbin/haproxy'),
  },
];

/** Once each; `npm run test:long` goes round twice, so that each proxy has been the owner. */
const rounds = process.env['LONG'] ? [1, 2] : [1];

/** The proxy that owns the VIP fails, under a writer through the VIP. */
export function proxySuite(lab: () => Lab): void {
  it('the proxies, cut off from each other and joined again: one owner, on one interface, by themselves', async function () {
    this.timeout(240_000);
    const pair = ['--name', lab().name, 'proxy-1', 'proxy-2'];
    // Which of the two advertisements comes first after the cut is chance.
    for (let round = 1; round <= (process.env['LONG'] ? 12 : 4); round += 1) {
      await must(lab().command('fault', 'cut', ...pair));
      await until(
        'two masters that do not hear each other',
        () => vipHolders(lab()),
        ({ interfaces }) => interfaces.length === 2,
      );
      await must(lab().command('fault', 'mend', ...pair));
      await until(
        'one owner by EC2 and on one interface',
        () => vipHolders(lab()),
        ({ owners, interfaces }) => owners.length === 1 && interfaces.length === 1 && owners[0] === interfaces[0],
        20,
      );
    }
    await heal(lab());
  });

  for (const { name, breakIt, moves, mend } of rounds.flatMap(() => cases)) {
    it(`the proxy that owns the VIP, ${name}: one owner, on one interface, and writes go on`, async function () {
      this.timeout(240_000);
      const { vipOwner: owner } = await view(lab(), 'acme');
      const alive = Object.keys(proxies).filter((host) => host !== owner || name !== 'powered off');
      const writer = await beginWriting(lab(), ports.acme, lab().passwords.acme);
      await must(breakIt(lab(), owner) as Promise<{ code: number; out: string; err: string }>);
      const held = await until(
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
      await mend?.(lab(), owner);
      await until(
        'the host to answer again',
        () => lab().host(owner, 'systemctl is-system-running --wait >/dev/null; echo up'),
        ({ out }) => out.includes('up'),
      );
      await heal(lab());
      const report = await writer.stop();
      figure(
        `${owner}, ${name}: ${(report.longestGapMs / 1000).toFixed(1)} s without acknowledged writes; ${report.lostAcknowledged} lost; the address is ${held.owners[0]}'s`,
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
