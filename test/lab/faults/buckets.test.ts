import { expect } from 'chai';
import { parseForm } from '../../../lab/ec2/query.ts';
import { Buckets } from '../../../lab/faults/buckets.ts';

describe('lab: token buckets of the EC2 API', () => {
  /** How many of 150 simultaneous calls pass. */
  const atOnce = (action: string, form = '') => {
    const buckets = new Buckets();
    return Array.from({ length: 150 }, () => buckets.take(action, parseForm(form), 0)).filter(Boolean).length;
  };

  const sizes: readonly { readonly action: string; readonly form?: string; readonly capacity: number }[] = [
    { action: 'RunInstances', capacity: 5 },
    { action: 'StartInstances', capacity: 5 },
    { action: 'CreateVpc', capacity: 50 },
    { action: 'CreateTags', capacity: 100 },
    { action: 'AssignPrivateIpAddresses', capacity: 100 },
    { action: 'DescribeVpcs', capacity: 100 },
    { action: 'DescribeInstances', capacity: 50 },
    { action: 'DescribeInstances', form: 'MaxResults=1000', capacity: 100 },
    { action: 'DescribeInstances', form: 'InstanceId.1=i-0a50010b000000000', capacity: 100 },
  ];
  for (const { action, form, capacity } of sizes)
    it(`${action}${form === undefined ? '' : ` with ${form}`}: ${capacity} at once`, () => {
      expect(atOnce(action, form)).to.equal(capacity);
    });

  it('refill over time, separately for each action', () => {
    const buckets = new Buckets();
    const none = parseForm('');
    for (let call = 0; call < 5; call++) expect(buckets.take('RunInstances', none, 0)).to.equal(true);
    expect(buckets.take('RunInstances', none, 400)).to.equal(false);
    expect(buckets.take('StartInstances', none, 400)).to.equal(true);
    expect(buckets.take('RunInstances', none, 500)).to.equal(true);
    expect(buckets.take('RunInstances', none, 500)).to.equal(false);
  });
});
