import type { Ec2State } from '../ec2/state.ts';
import { groupRuleset } from './groups.ts';
import type { Wires } from './network.ts';

/** The wanted network for an EC2 state. */
export function wiresOf(state: Ec2State): Wires {
  // A detached interface has no wire.
  const deliveries = state.interfaces.flatMap(({ host, addresses, attached }) =>
    (attached ? addresses : []).map((address) => ({
      address,
      mac: host.mac,
      port: host.port,
      bridge: host.subnet.bridge,
    })),
  );
  return { subnets: state.subnets, deliveries, groups: groupRuleset(state) };
}
