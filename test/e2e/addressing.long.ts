import { expect } from 'chai';
import { editTenant } from './support/account.ts';
import { applying } from './support/applying.ts';
import { observe } from './support/findings.ts';
import { beginWriting, bootLab, type Lab, must, until } from './support/lab.ts';
import { figure, heal, ports, view } from './support/tenants.ts';

interface Change {
  readonly what: string;
  /** A text of acme's document, and what replaces it. */
  readonly from: string;
  readonly to: string;
  /** After how many steps the first applies are killed. */
  readonly killedAfter?: readonly number[];
}

const changes: readonly Change[] = [
  { what: 'another VLAN', from: 'vlan: 101', to: 'vlan: 151' },
  { what: 'another network, the applies killed twice', from: '10.101.0.', to: '10.111.0.', killedAfter: [2, 4] },
  { what: 'another port of Redis', from: '    maxmemory: 128Mi', to: '    port: 7379\n    maxmemory: 128Mi' },
  { what: 'another address of one member', from: '10.111.0.11', to: '10.111.0.111' },
  { what: 'another port of Sentinel', from: '  sentinel:\n', to: '  sentinel:\n    port: 27379\n' },
];

/** Changes of addressing that are accepted, while a client writes through the VIP. */
describe('another addressing of a tenant that serves', function () {
  this.timeout(900_000);
  let lab: Lab;

  before(async () => {
    lab = await bootLab('test-addressing', 'lxc');
    await heal(lab);
  });
  after(() => lab?.down());

  const accept = ['--accept', 'downtime=acme'];

  for (const { what, from, to, killedAfter = [] } of changes)
    it(`${what}: everything that was acknowledged is there`, async () => {
      const writer = await beginWriting(lab, ports.acme, lab.passwords.acme);
      editTenant(lab, 'acme', new RegExp(from.replaceAll('.', '\\.'), 'g'), to);
      const planned = await observe(lab);
      expect(planned.code, planned.out).to.equal(1);
      const began = Date.now();
      for (const count of killedAfter) {
        const { killed, out } = await applying(lab, { when: 'step done', count }, '5m', accept);
        expect(killed, out).to.equal(true);
      }
      await must(lab.reconcile('apply', '-f', lab.documents, '--timeout', '5m', ...accept));
      const took = ((Date.now() - began) / 1000).toFixed(0);
      await until(
        'plan to report no differences',
        () => observe(lab),
        ({ code }) => code === 0,
      );
      expect(await view(lab, 'acme')).to.include({ ready: 'True', reason: 'AllInOrder' });
      const report = await writer.stop();
      figure(
        `${what}: ${took} s; ${(report.longestGapMs / 1000).toFixed(1)} s without acknowledged writes; ${report.lostAcknowledged} of ${report.acknowledged} acknowledged writes lost, ${report.lostPlain} of ${report.plain} plain ones`,
      );
      expect(report.acknowledged).to.be.greaterThan(100);
      expect(report.lostAcknowledged).to.equal(0);
    });
});
