import type { ActionOf } from '../actions.ts';
import type { Ec2Operation } from '../operation.ts';

/**
 * An EC2 call of the closed list `Ec2Action`. The component that needs it provides the input. Its effect may take most of a minute to
 * show (EC2 is eventually consistent). A resource without name or client token, such as a VPC, would be created twice meanwhile.
 */
export const ec2Call: Ec2Operation<ActionOf<'ec2-call'>> = {
  via: 'ec2',
  command: ({ call }) => call,
  describe: ({ description }) => description,
  settleMs: 45_000,
};
