import type { Ec2Probe } from '../fact.ts';
import { present, unknown } from '../observation.ts';

/** Whether EC2 refuses to terminate an instance. Only DescribeInstanceAttribute shows it, in a call per instance. */
export const terminationProtection: Ec2Probe<{ readonly instanceId: string }, boolean> = {
  via: 'ec2',
  query: ({ instanceId }) => ({ action: 'DescribeInstanceAttribute', filters: { 'instance-id': [instanceId] } }),
  read: (items) => {
    const [shown] = items as readonly ApiAttribute[];
    const value = shown?.DisableApiTermination?.Value;
    return value === undefined ? unknown('EC2 did not show the attribute disableApiTermination') : present(value);
  },
};

/** The SDK's InstanceAttribute, with the field names of the EC2 API. */
interface ApiAttribute {
  readonly DisableApiTermination?: { readonly Value?: boolean };
}
