import { createHash } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gunzipSync, gzipSync } from 'node:zlib';
import { expect } from 'chai';
import { ensureImage, PREPARED } from '../../lab/image/image.ts';
import { editCluster, editTenant } from './support/account.ts';
import { applying } from './support/applying.ts';
import { underClients } from './support/clients.ts';
import { observe } from './support/findings.ts';
import { bootLab, type Lab, must, until } from './support/lab.ts';
import { heal, view } from './support/tenants.ts';

const template = /^ {6}name: [\w-]+\n(?: {6}(?:tarball|sha256|from): .*\n)+/m;

/** With OpenVZ, what other suites do with LXC: a sample of the changes for which members are stopped, while a client writes. */
describe('changes of a fleet with OpenVZ', function () {
  this.timeout(1_200_000);
  let lab: Lab;
  let folder = '';

  before(async () => {
    folder = mkdtempSync(join(tmpdir(), 'openvz-changes-'));
    lab = await bootLab('test-openvz-changes', 'openvz');
    await heal(lab);
  });
  after(async () => {
    await lab?.down();
    rmSync(folder, { recursive: true });
  });

  const underWriter = (what: string, act: () => Promise<unknown>) =>
    underClients(lab, what, async () => {
      await act();
      await until(
        'plan to report no differences',
        () => observe(lab),
        ({ code }) => code === 0,
      );
      expect(await view(lab, 'acme')).to.include({ ready: 'True', reason: 'AllInOrder' });
    });

  it('another template: members are rebuilt one at a time; an apply that is killed in a rebuild is finished by the next', async () => {
    const image = join(await ensureImage(PREPARED, () => {}), 'srv/templates/redis-bookworm.tar.gz');
    const file = join(folder, 'repacked.tar.gz');
    writeFileSync(file, gzipSync(gunzipSync(readFileSync(image)), { level: 1 }));
    const sha256 = createHash('sha256').update(readFileSync(file)).digest('hex');
    await underWriter('another template', async () => {
      editCluster(lab, template, `      name: repacked\n      sha256: ${sha256}\n      from: { file: ${file} }\n`);
      const isRebuild = (action: { readonly operation: string }) => action.operation === 'container-rebuild';
      for (let count = 1; ; count += 1) {
        const { killed, begun } = await applying(lab, { when: 'step begun', count });
        expect(killed).to.equal(true);
        if (begun.some(isRebuild)) break;
      }
      await heal(lab);
    });
    for (const n of [1, 2, 3]) {
      const { out } = await must(lab.host(`redis-${n}`, 'cat /var/lib/ec2-redis-operator/members/acme-*/identity'));
      expect(out).to.contain(`template=${sha256}`);
    }
  });

  it('another VLAN, and with it other numbers of the containers', async () => {
    await underWriter('another VLAN', async () => {
      editTenant(lab, 'acme', 'vlan: 101', 'vlan: 151');
      await must(lab.reconcile('apply', '-f', lab.documents, '--accept', 'downtime=acme', '--timeout', '5m'));
    });
    const { out } = await must(lab.host('redis-1', 'vzlist -a -H -o ctid'));
    expect(out.split(/\s+/)).to.include('10151').and.not.include('10101');
  });
});
