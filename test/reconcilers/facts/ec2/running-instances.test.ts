import { expect } from 'chai';
import { runningInstances } from '../../../../reconcilers/facts/ec2/running-instances.ts';
import { present } from '../../../../reconcilers/facts/observation.ts';

describe('running On-Demand instances', () => {
  const read = (...items: readonly object[]) => runningInstances.read(items, {});
  const options = { CoreCount: 4, ThreadsPerCore: 2 };
  const m5 = { InstanceId: 'i-1', InstanceType: 'm5.2xlarge', CpuOptions: options, Placement: { Tenancy: 'default' } };

  it('have the vCPUs of their CPU options', () => {
    expect(read(m5, { ...m5, CpuOptions: { CoreCount: 2, ThreadsPerCore: 1 } })).to.deep.equal(
      present([
        { type: 'm5.2xlarge', vcpus: 8 },
        { type: 'm5.2xlarge', vcpus: 2 },
      ]),
    );
  });

  it('are neither Spot Instances nor on a Dedicated Host', () => {
    expect(read({ ...m5, InstanceLifecycle: 'spot' }, { ...m5, Placement: { Tenancy: 'host' } })).to.deep.equal(
      present([]),
    );
  });

  it('are unknown where EC2 does not show the vCPUs of one that counts', () => {
    const { CpuOptions: _, ...without } = m5;
    expect(read(m5, { ...without, InstanceId: 'i-2' })).to.deep.include({ state: 'unknown' });
    expect(read({ ...without, InstanceLifecycle: 'spot' })).to.deep.equal(present([]));
  });
});
