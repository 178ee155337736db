import type { Cluster } from '../../crds/fleet.ts';
import type { Subject } from '../contract/subject.ts';
import { leadsTo, tableOf } from './route-tables.ts';
import type { VpcNetworkState } from './vpc-network.ts';

/**
 * The part of the network without which hosts in a subnet reach neither the EC2 API nor package repositories; undefined if nothing is missing,
 * or if their way out is not declared.
 */
export function missingWayOut({ network }: Cluster, state: VpcNetworkState, name: string): Subject | undefined {
  const subnet = state.subnet(name);
  if (!network.egress || subnet.state !== 'present') return undefined;
  if (state.gateways.state !== 'present' || state.routeTables.state !== 'present') return 'network/egress';
  const { vpcId } = subnet.value;
  const gateway = state.gateways.value.find(({ vpcIds }) => vpcIds.includes(vpcId));
  const table = tableOf(subnet.value, state.routeTables.value);
  if (gateway && leadsTo(table, gateway.id)) return undefined;
  return !gateway || table?.main ? 'network/internet-gateway' : 'network/egress';
}
