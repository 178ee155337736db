import { expect } from 'chai';
import { kills } from '../../../controller/events/drill.ts';
import { beginWriting, type Lab } from '../support/lab.ts';
import { figure, heal, ports, view } from '../support/tenants.ts';

/** By how much the drill's own client and another one may differ, in seconds: they run at other places, and each waits for its own timeouts. */
const toleranceSeconds = 1.5;

/** A rehearsed failure of acme, and what a client that shares no code with it sees at the same time. */
export function drillSuite(lab: () => Lab): void {
  for (const kill of process.env['LONG'] ? kills : [])
    it(`drill --kill ${kill}: shown, and then done; what it reports is what another client saw`, async function () {
      this.timeout(300_000);
      const words = ['drill', 'acme', '--kill', kill, '-f', lab().documents];
      const before = await view(lab(), 'acme');
      const shown = await lab().reconcile(...words);
      expect(shown.code, shown.out + shown.err).to.equal(1);
      expect(shown.out).to.include('Nothing was done');
      const writer = await beginWriting(lab(), ports.acme, lab().passwords.acme);
      const { code, out, err } = await lab().reconcile(...words, '--confirm', 'acme');
      const report = await writer.stop();
      const gap = Number(/without writes +([\d.]+) s,/.exec(out)?.[1]);
      figure(
        `drill --kill ${kill}: ${gap} s without acknowledged writes; another client: ${report.longestGapMs / 1000} s`,
      );
      expect(code, out + err).to.equal(0);
      expect(out).to.match(/acknowledged writes +\d+ of \d+; 0 lost/);
      expect(report.lostAcknowledged).to.equal(0);
      expect(gap).to.be.closeTo(report.longestGapMs / 1000, toleranceSeconds);
      const after = await view(lab(), 'acme');
      expect([after.ready, after.reason]).to.deep.equal(['True', 'AllInOrder']);
      if (kill === 'proxy') expect(after.vipOwner).to.not.equal(before.vipOwner);
      if (kill !== 'proxy') expect(out).to.match(new RegExp(`master +${before.master}( -> r|, as before)`));
      await heal(lab());
    });
}
