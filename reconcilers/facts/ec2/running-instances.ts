import type { Ec2Probe } from '../fact.ts';
import { present, unknown } from '../observation.ts';

/** An On-Demand instance that runs or starts, whoever launched it. */
export interface RunningInstance {
  readonly type: string;
  /** With its CPU options. */
  readonly vcpus: number;
}

/**
 * What counts towards the quotas of running On-Demand instances: neither Spot Instances, which have quotas of their own, nor instances on
 * Dedicated Hosts. Source: EC2 User Guide, "Amazon EC2 On-Demand Instance quotas".
 */
export const runningInstances: Ec2Probe<object, readonly RunningInstance[]> = {
  via: 'ec2',
  query: () => ({ action: 'DescribeInstances', filters: { 'instance-state-name': ['pending', 'running'] } }),
  read: (items) => {
    const counted = (items as readonly ApiInstance[]).filter(
      ({ InstanceLifecycle, Placement }) => !InstanceLifecycle && Placement?.Tenancy !== 'host',
    );
    const unclear = counted.find(({ CpuOptions }) => !CpuOptions?.CoreCount || !CpuOptions.ThreadsPerCore);
    if (unclear) return unknown(`EC2 does not show how many vCPUs ${unclear.InstanceId} has`);
    return present(
      counted.map(({ InstanceType = '', CpuOptions: { CoreCount = 0, ThreadsPerCore = 0 } = {} }) => ({
        type: InstanceType,
        vcpus: CoreCount * ThreadsPerCore,
      })),
    );
  },
};

interface ApiInstance {
  readonly InstanceId?: string;
  readonly InstanceType?: string;
  /** `spot`, `scheduled` or `capacity-block`; nothing for an On-Demand instance. */
  readonly InstanceLifecycle?: string;
  readonly Placement?: { readonly Tenancy?: string };
  readonly CpuOptions?: { readonly CoreCount?: number; readonly ThreadsPerCore?: number };
}
