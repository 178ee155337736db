import type { Ec2State } from '../ec2/state.ts';
import { groupRuleset } from './groups.ts';
import { internetRuleset } from './internet.ts';
import type { Wires } from './network.ts';
import { routerTables } from './tables.ts';
import { endpointAddresses } from './ways.ts';

/** The wanted network for an EC2 state. */
export function wiresOf(state: Ec2State): Wires {
  // A detached interface has no wire, and those of NAT gateways and endpoints have none to a host.
  const deliveries = state.interfaces.flatMap(({ host, addresses, attached, managed }) =>
    (attached && managed === undefined ? addresses : []).map((address) => ({
      address,
      mac: host.mac,
      port: host.port,
      bridge: host.subnet.bridge,
    })),
  );
  return {
    subnets: state.subnets,
    deliveries,
    served: endpointAddresses(state),
    tables: routerTables(state),
    unchecked: state.interfaces
      .filter((one) => one.attached && one.managed === undefined && !one.sourceDestCheck)
      .map(({ host }) => host.port),
    routed: groupRuleset(state) + internetRuleset(state),
  };
}
