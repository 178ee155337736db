import type { ActionOf } from './index.ts';
import type { Ec2Verb } from './verb.ts';

/**
 * A call of the closed list `Ec2Action`, made up by the concern that needs it. What it makes may take the better part of a minute to show (EC2 is
 * eventually consistent), and what has neither name nor token, such as a VPC, would be made a second time meanwhile.
 */
export const ec2Call: Ec2Verb<ActionOf<'ec2-call'>> = {
  via: 'ec2',
  command: ({ call }) => call,
  says: ({ says }) => says,
  settlesMs: 45_000,
};
