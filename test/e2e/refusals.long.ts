import { expect } from 'chai';
import { accountOf, editCluster } from './support/account.ts';
import { bootLab, type Lab, must } from './support/lab.ts';

const whole = { vpcs: 1, subnets: 2, gateways: 1, groups: 1, interfaces: 5, volumes: 5, instances: 5 };

/** One creation, refused at one call after the other. What EC2 refuses is one line, ends the run, and is done by a later one. */
describe('a creation that EC2 refuses', function () {
  this.timeout(1_800_000);
  let lab: Lab;
  const fault = (...words: readonly string[]) => must(lab.command('fault', '--name', lab.name, ...words));
  const apply = () => lab.reconcile('apply', '-f', lab.documents, '--timeout', '20m');

  before(async () => {
    lab = await bootLab('test-refused', 'openvz', '--empty');
    editCluster(lab, 'enhancedNetworking: sriov', 'enhancedNetworking: none');
  });
  after(() => lab?.down());

  const refusals: readonly [action: string, code: string, words: RegExp][] = [
    ['CreateVpc', 'VpcLimitExceeded', /--quota-code L-F678F1CE/],
    ['CreateVpc', '502', /HTTP 502 .* was not EC2/],
    ['CreateSubnet', 'UnauthorizedOperation', /needs its statement CreateTagged/],
    ['RunInstances', 'InsufficientInstanceCapacity', /of the same size: .*another zone/],
    ['RunInstances', 'VcpuLimitExceeded', /--quota-code L-1216C47A/],
    ['RunInstances', 'InsufficientFreeAddressesInSubnet', /larger subnet/],
    ['RunInstances', 'PendingVerification', /four hours/],
    ['RunInstances', 'OptInRequired', /marketplace\/pp\?sku=lab, subscribe/],
    ['RunInstances', 'InvalidAMIID.NotFound', /it must be an AMI of lab-1/],
    ['RunInstances', 'InvalidParameterValue', /another processor/],
    ['RunInstances', 'Unsupported', /does not offer this instance type/],
    ['RunInstances', 'VolumeLimitExceeded', /Storage for \w+ volumes/],
    ['RunInstances', 'Blocked', /AWS Support/],
  ];
  for (const [action, code, words] of refusals)
    it(`${action}: ${code}`, async () => {
      await fault('ec2-refuses', action, code);
      const { code: exit, out } = await apply();
      await fault('api-normal');
      expect(exit, out).to.equal(2);
      expect(out).to.match(words);
      const said = out.split('\n').filter((line) => line.includes(`EC2 ${action}: `));
      // While it is tried, and among the findings that are left; for each of the two AMIs where the answer names one.
      expect(said.length, out).to.be.within(1, 4);
      expect(out).not.to.contain('Encoded authorization');
    });

  it('an instance that ends at launch: its state reason, and what to do', async () => {
    await fault('ec2-ends', 'Client.InvalidKMSKey.InvalidState');
    const { code, out } = await apply();
    await fault('api-normal');
    expect(code, out).to.equal(2);
    expect(out).to.match(/has ended: Client\.InvalidKMSKey\.InvalidState: .*enable the key/);
  });

  it('the next run, once nothing is refused, finishes, and nothing exists twice', async () => {
    const { code, out } = await apply();
    expect(code, out).to.equal(0);
    const counts = Object.entries(await accountOf(lab)).map(([kind, list]) => [kind, list.length] as const);
    expect(Object.fromEntries(counts)).to.include(whole);
  });
});
