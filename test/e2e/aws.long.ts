import { mkdtempSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { expect } from 'chai';
import { accountOf, callEc2 } from './support/account.ts';
import { bootLab, type Lab, must } from './support/lab.ts';
import { figure } from './support/tenants.ts';

const root = resolve(import.meta.dirname, '../..');
const program = join(root, 'dist/controller/main.js');

/** What differs in the lab: its region, its image and login, and a template that its hosts have. */
const inLab: readonly (readonly [string, string])[] = [
  ['region: eu-central-1', 'region: lab-1\n    endpoint: http://10.80.0.2:4566'],
  ['eu-central-1', 'lab-1'],
  ['user: admin', 'user: root'],
  ['identity: { agent: true }', 'identity: { file: /run/lab/id_ed25519 }'],
  ['ami-0123456789abcdef0', 'ami-0000000000000b012'],
  ['keyName: redis', 'keyName: lab'],
  ['instanceProfile: redis-proxy', 'instanceProfile: lab-proxy'],
  ['underlayMtu: 9001', 'underlayMtu: 9001\n    datapath: netdev'],
  ['from: { build: { suite: bookworm } }', 'tarball: /srv/templates/redis-bookworm.tar.gz'],
];

/** examples/aws from a machine on the internet: an empty account, a Redis that answers at an Elastic IP address, and back. */
describe('examples/aws, from outside', function () {
  this.timeout(1_800_000);
  let lab: Lab;
  let documents = '';
  before(async () => {
    lab = await bootLab('test-laptop', 'lxc', '--empty');
    const folder = dirname(lab.documents);
    documents = mkdtempSync(join(folder, 'aws-'));
    const example = join(root, 'examples/aws');
    for (const file of readdirSync(example)) {
      const text = inLab.reduce(
        (now, [from, to]) => now.replaceAll(from, to),
        readFileSync(join(example, file), 'utf8'),
      );
      writeFileSync(join(documents, file), text.replaceAll('.aws/', `${folder}/`));
    }
  });
  after(() => lab?.down());

  const outside = (...words: readonly string[]) =>
    lab.command('run', '--name', lab.name, '--from', 'outside', '--', ...words);
  const reconcile = (...words: readonly string[]) => outside(process.execPath, program, ...words);
  const left = async () => {
    const [addresses] = await callEc2<{ readonly Addresses?: readonly object[] }>(lab, ['DescribeAddresses', {}]);
    return [...Object.values(await accountOf(lab)).flat(), ...(addresses?.Addresses ?? [])];
  };

  it('check and plan say nothing that keeps it from being made', async () => {
    const { code, out } = await reconcile('check', '-f', documents);
    expect(code, out).to.be.oneOf([0, 1]);
    expect(out).not.to.match(/^ {2}! /m);
  });

  it('apply makes it from nothing, and a second apply does nothing', async () => {
    const began = Date.now();
    const { out } = await must(reconcile('apply', '-f', documents, '--timeout', '20m'));
    expect(out).to.match(/aws: in order/);
    figure(`from an empty account to a tenant, from outside the VPC, in ${((Date.now() - began) / 1000).toFixed(0)} s`);
    expect((await must(reconcile('apply', '-f', documents))).out).to.match(/aws: in order \(0 steps done/);
  });

  it('a client outside the VPC writes and reads through the Elastic IP address', async () => {
    const { out } = await must(reconcile('get', '-f', documents, '-o', 'json'));
    const endpoint = /"publicEndpoint": ?"(198\.51\.100\.\d+):6379"/.exec(out)?.[1] ?? expect.fail(out);
    const redis = async (...words: readonly string[]) =>
      (
        await must(outside('env', `REDISCLI_AUTH=${lab.passwords.acme}`, 'redis-cli', '-h', endpoint, ...words))
      ).out.trim();
    expect(await redis('set', 'from', 'outside')).to.equal('OK');
    expect(await redis('get', 'from')).to.equal('outside');
  });

  it('delete brings the account back to empty', async () => {
    const { code, out } = await reconcile('delete', '-f', documents, '--confirm', 'aws', '--now');
    expect(code, out).to.equal(0);
    expect(await left()).to.deep.equal([]);
  });
});
