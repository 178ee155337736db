import { expect } from 'chai';
import { editTenant } from '../support/account.ts';
import { expectFinding, observe } from '../support/findings.ts';
import { beginWriting, type Lab, must } from '../support/lab.ts';
import { applyNothing, figure, heal, ports, view } from '../support/tenants.ts';

/** Edits of the addressing of acme: the fields that change, and a document with other values. */
const edits: readonly (readonly [what: string, fields: readonly string[], from: string, to: string])[] = [
  ['its VLAN', ['network.vlan'], 'vlan: 101', 'vlan: 151'],
  ['the address of one member', ['members r1 address'], '10.101.0.11', '10.101.0.111'],
  [
    'its network, the addresses of its members and those on the proxies',
    ['network.cidr', 'members r1 address', 'members r2 address', 'members r3 address'],
    '10.101.0.',
    '10.111.0.',
  ],
  ['the port of Redis', ['redis.port'], '    maxmemory: 128Mi', '    port: 7379\n    maxmemory: 128Mi'],
];

/** All of them in the long run; in the gate the one that changes most. */
const tried = edits.filter(([, fields]) => process.env['LONG'] || fields.length > 1);

/** Changes of addressing under a writer that nobody accepts: no step is done. */
export function addressingSuite(lab: () => Lab): void {
  for (const [what, fields, from, to] of tried)
    it(`a document that changes ${what} is carried out at no layer until it is accepted, and acme is served as before`, async () => {
      const writer = await beginWriting(lab(), ports.acme, lab().passwords.acme);
      edit(lab(), from, to);
      try {
        const { code, findings } = await observe(lab());
        expect(code).to.equal(1);
        const manual = findings.filter(({ remedy }) => remedy.by === 'manual');
        expect(manual.map(({ reason, field }) => `${reason} ${field}`)).to.deep.equal(
          fields.map((field) => `AddressingChanges ${field}`),
        );
        expect(findings.filter(({ remedy }) => remedy.by === 'action')).to.deep.equal([]);
        const { code: applied, out } = await lab().reconcile('apply', '-f', lab().documents, '--timeout', '1m');
        expect(applied, out).to.equal(2);
        expect(out).to.contain('0 steps done');
        expect(await view(lab(), 'acme')).to.include({ ready: 'True', reason: 'AllInOrder' });
      } finally {
        edit(lab(), to, from);
      }
      const { errors, lostPlain, longestGapMs } = await writer.stop();
      // On a busy machine a reply may be late, with no step done: the errors are printed.
      figure(`${what}: longest gap of the writer ${longestGapMs} ms, errors ${JSON.stringify(errors)}`);
      expect(lostPlain).to.equal(0);
      await applyNothing(lab(), 'quickstart');
    });

  it('a port with the network of acme that an earlier VLAN left on a proxy is dropped', async () => {
    const marks = 'external_ids:ec2-redis-operator/cluster=quickstart external_ids:ec2-redis-operator/tenant=acme';
    const add = `ovs-vsctl add-port br-mesh tn151 tag=151 -- set Interface tn151 type=internal -- set Port tn151 ${marks}
ip link set tn151 up && ip address add 10.101.0.1/24 dev tn151`;
    await must(lab().host('proxy-1', add));
    expectFinding((await observe(lab())).findings, { subject: 'mesh/proxy-1:acme', reason: 'PortStale', by: 'action' });
    await heal(lab());
    expect((await must(lab().host('proxy-1', 'ovs-vsctl list-ports br-mesh'))).out.split('\n')).to.not.include('tn151');
  });
}

function edit(lab: Lab, from: string, to: string): void {
  editTenant(lab, 'acme', new RegExp(from.replaceAll('.', '\\.'), 'g'), to);
}
