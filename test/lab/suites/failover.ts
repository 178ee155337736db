import { expect } from 'chai';
import { beginWriting, type Lab, must, until } from '../support/lab.ts';
import { figure, heal, hostOf, ports, view } from '../support/tenants.ts';

type Way = (lab: Lab, container: string) => string;

const ways: readonly (readonly [string, Way])[] = [
  ['its redis-server killed with -9', (lab, container) => lab.containers.inside(container, 'pkill -9 -x redis-server')],
  ['its container killed', (lab, container) => lab.containers.kill(container)],
  [
    'its redis-server stopped with SIGSTOP',
    (lab, container) => lab.containers.inside(container, 'pkill -STOP -x redis-server'),
  ],
];

/** Once each; `npm run test:long` goes round three times, so that every member has been master. */
const rounds = process.env['LONG'] ? [1, 2, 3] : [1];

/** The master goes, under a writer through the VIP. */
export function failoverSuite(lab: () => Lab): void {
  for (const [way, breakIt] of rounds.flatMap(() => ways)) {
    it(`the master, ${way}: another is master, writes go on, no acknowledged write is lost, apply brings the old one back`, async function () {
      this.timeout(240_000);
      const { master: old } = await view(lab(), 'acme');
      const writer = await beginWriting(lab(), ports.acme, lab().passwords.acme);
      await must(lab().host(hostOf(old), breakIt(lab(), `acme-${old}`)));
      const now = await until(
        'a new master that serves',
        () => view(lab(), 'acme'),
        ({ ready, master }) => ready === 'True' && master !== old,
      );
      expect(now.master).not.to.equal(old);
      await heal(lab());
      const report = await writer.stop();
      figure(
        `${way}: ${(report.longestGapMs / 1000).toFixed(1)} s without acknowledged writes; ${report.lostPlain} of ${report.plain} plain writes lost, ${report.lostAcknowledged} of ${report.acknowledged} acknowledged`,
      );
      expect(report.acknowledged).to.be.greaterThan(100);
      expect(report.lostAcknowledged).to.equal(0);
    });
  }
}
