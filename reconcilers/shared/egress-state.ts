import type { Cluster, EndpointService, NatGatewaySpec, Origin } from '../../crds/fleet.ts';
import { markers } from '../../renderers/lib/markers.ts';
import type { ElasticAddress } from '../facts/ec2/elastic-addresses.ts';
import type { NatGateway } from '../facts/ec2/nat-gateways.ts';
import type { VpcEndpoint } from '../facts/ec2/vpc-endpoints.ts';
import type { RouteTable, Tagged } from '../facts/ec2/vpc-network.ts';
import { absent, type Observation, present, unknown } from '../facts/observation.ts';
import { adoptedPart } from './adoption.ts';
import { isOwnedBy } from './ec2-tags.ts';
import type { PartState } from './part-state.ts';

/** What the way out of a Cluster is made of, as EC2 shows it. */
export interface EgressState {
  natGateway(declared: NatGatewaySpec): PartState<NatGateway>;
  endpoint(service: EndpointService): PartState<VpcEndpoint>;
  /** All that was created for one part and exists. The first one is kept; others were created while it was not shown yet. */
  readonly created: {
    /** Also one that is being deleted: its address is in use. */
    natGateways(subnet: string): Observation<readonly NatGateway[]>;
    natAddresses(subnet: string): Observation<readonly ElasticAddress[]>;
    routeTables(subnet: string): Observation<readonly RouteTable[]>;
    endpoints(service: EndpointService): Observation<readonly VpcEndpoint[]>;
  };
  /** Whether a NAT gateway with the tags of this Cluster, or one that EC2 shows although it has ended, has this address (its allocation). */
  holds(allocationId: string): boolean;
  /** The last NAT gateway of a part that EC2 could not create. */
  failed(subnet: string): NatGateway | undefined;
  /** Every endpoint that was asked for. */
  readonly endpoints: Observation<readonly VpcEndpoint[]>;
}

/** What was observed of it. */
export interface EgressObserved {
  readonly natGateways: Observation<readonly NatGateway[]>;
  readonly natAddresses: Observation<readonly ElasticAddress[]>;
  readonly endpoints: Observation<readonly VpcEndpoint[]>;
  readonly routeTables: Observation<readonly RouteTable[]>;
}

/** The parts of a Cluster that its way out is made of, as their tags say: known by the subnet of the NAT gateway, or by the service. */
export const egressParts = {
  natGateway: (subnet: string) => `nat-gateway-${subnet}`,
  routeTable: (subnet: string) => `route-table-${subnet}`,
  endpoint: (service: EndpointService) => `endpoint-${service}`,
};

/** `vpcId`: undefined while there is no VPC. */
export function egressState(
  { name, network }: Pick<Cluster, 'name' | 'network'>,
  vpcId: string | undefined,
  observed: EgressObserved,
): EgressState {
  const { natGateways, natAddresses, endpoints, routeTables } = observed;
  const inVpc = (one: { readonly vpcId: string }) => one.vpcId === vpcId;
  const owned = <T extends Tagged>(
    shown: Observation<readonly T[]>,
    part: string,
    exists: (one: T) => boolean,
    rank: (one: T) => number,
  ): Observation<readonly T[]> => {
    if (shown.state !== 'present') return shown;
    const own = shown.value.filter((one) => isOwnedBy(one, name) && one.tags[markers.ec2Part] === part && exists(one));
    return present([...own].sort((a, b) => rank(b) - rank(a) || (a.id < b.id ? -1 : 1)));
  };
  const ofPart = (subnet: string) => egressParts.natGateway(subnet);
  const created: EgressState['created'] = {
    natGateways: (subnet) =>
      owned(
        natGateways,
        ofPart(subnet),
        (one) => inVpc(one) && natStates.includes(one.state),
        ({ state }) => natStates.indexOf(state),
      ),
    natAddresses: (subnet) =>
      owned(
        natAddresses,
        ofPart(subnet),
        () => true,
        ({ boundTo }) => Number(boundTo !== undefined),
      ),
    routeTables: (subnet) =>
      owned(routeTables, egressParts.routeTable(subnet), inVpc, ({ associations }) => associations.length),
    endpoints: (service) =>
      owned(
        endpoints,
        egressParts.endpoint(service),
        (one) => inVpc(one) && one.state !== 'deleted',
        () => 0,
      ),
  };
  return {
    created,
    endpoints,
    natGateway: ({ subnet, origin }) => partOf(origin, natGateways, created.natGateways(subnet)),
    endpoint: (service) => {
      const origin = network.egress?.endpoints[service];
      return origin ? partOf(origin, endpoints, created.endpoints(service)) : absent;
    },
    holds: (allocationId) =>
      natGateways.state === 'present' &&
      natGateways.value.some((one) => one.state !== 'failed' && one.allocationIds.includes(allocationId)),
    failed: (subnet) => {
      const failed = owned(
        natGateways,
        ofPart(subnet),
        (one) => inVpc(one) && one.state === 'failed',
        () => 0,
      );
      return failed.state === 'present' ? failed.value[0] : undefined;
    },
  };
}

/** Of a NAT gateway that exists, the best last. */
const natStates = ['deleting', 'pending', 'available'];

const ended = ['deleting', 'deleted', 'failed'];

/** A created part is the first of its kind; an adopted one is selected among all that were asked for. */
function partOf<T extends Tagged & { readonly state: string }>(
  origin: Origin,
  shown: Observation<readonly T[]>,
  created: Observation<readonly T[]>,
): PartState<T> {
  const seen = 'adopt' in origin ? shown : created;
  if (seen.state === 'unknown') return seen;
  if (seen.state !== 'present') return unknown('EC2 was not asked');
  // EC2 shows what has ended for about an hour, with the same tags as what replaces it.
  const live = seen.value.filter(({ state }) => !ended.includes(state));
  if ('adopt' in origin) return adoptedPart(origin.adopt, live.length ? live : seen.value);
  const [first] = seen.value;
  return first ? present(first) : absent;
}
