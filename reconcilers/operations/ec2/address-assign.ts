import type { ActionOf } from '../actions.ts';
import type { Ec2Operation } from '../operation.ts';

/** Moves a secondary private address to a host's network interface, from whoever has it. Asynchronous on EC2's side. */
export const addressAssign: Ec2Operation<ActionOf<'address-assign'>> = {
  via: 'ec2',
  command: ({ networkInterfaceId, address }) => ({
    action: 'AssignPrivateIpAddresses',
    input: { NetworkInterfaceId: networkInterfaceId, PrivateIpAddresses: [address], AllowReassignment: true },
  }),
  describe: ({ host, networkInterfaceId, address }) => `assign ${address} to ${networkInterfaceId} of ${host}`,
  settleMs: 10_000,
};
