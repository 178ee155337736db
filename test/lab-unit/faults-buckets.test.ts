import { expect } from 'chai';
import { parseForm } from '../../lab/ec2/query.ts';
import { Buckets } from '../../lab/faults/buckets.ts';

describe('lab: token buckets of the EC2 API', () => {
  /** How many of a hundred and fifty calls at one moment pass. */
  const atOnce = (action: string, form = '') => {
    const buckets = new Buckets();
    return Array.from({ length: 150 }, () => buckets.take(action, parseForm(form), 0)).filter(Boolean).length;
  };

  const sizes: readonly { readonly action: string; readonly form?: string; readonly most: number }[] = [
    { action: 'RunInstances', most: 5 },
    { action: 'StartInstances', most: 5 },
    { action: 'CreateVpc', most: 50 },
    { action: 'CreateTags', most: 100 },
    { action: 'AssignPrivateIpAddresses', most: 100 },
    { action: 'DescribeVpcs', most: 100 },
    { action: 'DescribeInstances', most: 50 },
    { action: 'DescribeInstances', form: 'MaxResults=1000', most: 100 },
    { action: 'DescribeInstances', form: 'InstanceId.1=i-0a50010b000000000', most: 100 },
  ];
  for (const { action, form, most } of sizes)
    it(`${action}${form === undefined ? '' : ` with ${form}`}: ${most} at once`, () => {
      expect(atOnce(action, form)).to.equal(most);
    });

  it('fill again with time, one action apart from another', () => {
    const buckets = new Buckets();
    const none = parseForm('');
    for (let call = 0; call < 5; call++) expect(buckets.take('RunInstances', none, 0)).to.equal(true);
    expect(buckets.take('RunInstances', none, 400)).to.equal(false);
    expect(buckets.take('StartInstances', none, 400)).to.equal(true);
    expect(buckets.take('RunInstances', none, 500)).to.equal(true);
    expect(buckets.take('RunInstances', none, 500)).to.equal(false);
  });
});
