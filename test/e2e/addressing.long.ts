import { expect } from 'chai';
import { editTenant } from './support/account.ts';
import { applying } from './support/applying.ts';
import { underClients } from './support/clients.ts';
import { observe } from './support/findings.ts';
import { bootLab, type Lab, must, until } from './support/lab.ts';
import { heal, view } from './support/tenants.ts';

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
      await underClients(lab, what, async () => {
        editTenant(lab, 'acme', new RegExp(from.replaceAll('.', '\\.'), 'g'), to);
        const planned = await observe(lab);
        expect(planned.code, planned.out).to.equal(1);
        for (const count of killedAfter) {
          const { killed, out } = await applying(lab, { when: 'step done', count }, '5m', accept);
          expect(killed, out).to.equal(true);
        }
        await must(lab.reconcile('apply', '-f', lab.documents, '--timeout', '5m', ...accept));
        await until(
          'plan to report no differences',
          () => observe(lab),
          ({ code }) => code === 0,
        );
        expect(await view(lab, 'acme')).to.include({ ready: 'True', reason: 'AllInOrder' });
      });
    });
});
