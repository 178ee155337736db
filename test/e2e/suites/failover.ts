import { expect } from 'chai';
import { judged } from '../support/judge.ts';
import { beginWriting, type Lab, must, until } from '../support/lab.ts';
import { figure, heal, hostOf, ports, view } from '../support/tenants.ts';

type Script = (lab: Lab, container: string) => string;

const faults: readonly (readonly [name: string, script: Script])[] = [
  ['its redis-server killed with -9', (lab, container) => lab.containers.inside(container, 'pkill -9 -x redis-server')],
  ['its container killed', (lab, container) => lab.containers.kill(container)],
  [
    'its redis-server stopped with SIGSTOP',
    (lab, container) => lab.containers.inside(container, 'pkill -STOP -x redis-server'),
  ],
];

/** Each once; `npm run test:long` does three rounds, so that every member has been master. */
const rounds = process.env['LONG'] ? [1, 2, 3] : [1];

/** The master fails, while a client writes through the VIP. */
export function failoverSuite(lab: () => Lab): void {
  judged(lab);
  for (const [name, script] of rounds.flatMap(() => faults)) {
    it(`the master, ${name}: writes continue through a master, no acknowledged write is lost, apply restores the member`, async function () {
      this.timeout(600_000);
      const { master: old } = await view(lab(), 'acme');
      const before = await processOf(lab(), old);
      const writer = await beginWriting(lab(), ports.acme, lab().passwords.acme);
      await must(lab().host(hostOf(old), script(lab(), `acme-${old}`)));
      await until(
        'a new master that is ready',
        async () => ({ ...(await view(lab(), 'acme')), returned: await returned(lab(), old, before) }),
        ({ ready, master, returned }) => ready === 'True' && (master !== old || returned),
        120,
      );
      await heal(lab());
      const report = await writer.stop();
      figure(
        `${name}: ${(report.longestGapMs / 1000).toFixed(1)} s without acknowledged writes; ${report.lostPlain} of ${report.plain} plain writes lost, ${report.lostAcknowledged} of ${report.acknowledged} acknowledged`,
      );
      expect(report.acknowledged).to.be.greaterThan(100);
      expect(report.lostAcknowledged).to.equal(0);
    });
  }
}

async function processOf(lab: Lab, member: string): Promise<string> {
  return (await lab.host(hostOf(member), lab.containers.inside(`acme-${member}`, 'pgrep -x redis-server'))).out.trim();
}

/**
 * Whether the member's Redis runs as master again because its start guard waited in vain: if the Sentinels do not agree in time on another
 * master, as on a machine that is too busy, it lets the one start that they name.
 */
async function returned(lab: Lab, member: string, before: string): Promise<boolean> {
  const now = await processOf(lab, member);
  const { out } = await lab.host(
    hostOf(member),
    `cat /var/lib/ec2-redis-operator/members/acme-${member}/conf/start-guard`,
  );
  return now !== '' && now !== before && out.includes('promoted no other member');
}
