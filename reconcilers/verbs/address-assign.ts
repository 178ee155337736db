import type { ActionOf } from './index.ts';
import type { Ec2Verb } from './verb.ts';

/** Moves a secondary private address to a host's network interface, from whoever has it. Asynchronous on EC2's side. */
export const addressAssign: Ec2Verb<ActionOf<'address-assign'>> = {
  via: 'ec2',
  command: ({ networkInterfaceId, address }) => ({
    action: 'AssignPrivateIpAddresses',
    input: { NetworkInterfaceId: networkInterfaceId, PrivateIpAddresses: [address], AllowReassignment: true },
  }),
  says: ({ host, networkInterfaceId, address }) => `assign ${address} to ${networkInterfaceId} of ${host}`,
  settlesMs: 10_000,
};
