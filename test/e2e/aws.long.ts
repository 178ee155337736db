import { expect } from 'chai';
import { accountOf, callEc2 } from './support/account.ts';
import { awsExample, laptopOf } from './support/aws-example.ts';
import { bootLab, type Lab, must } from './support/lab.ts';
import { figure } from './support/tenants.ts';

/** examples/aws from a machine on the internet: an empty account, a Redis that answers at an Elastic IP address, and back. */
describe('examples/aws, from outside', function () {
  this.timeout(1_800_000);
  let lab: Lab;
  let documents = '';
  const { outside, reconcile } = laptopOf(() => lab);
  before(async () => {
    lab = await bootLab('test-laptop', 'lxc', '--empty');
    documents = awsExample(lab);
  });
  after(() => lab?.down());

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
