import { type Cluster, endpointServices, type Origin } from '../../crds/fleet.ts';
import type { Reason } from '../contract/reasons.ts';
import { type Observation, present } from '../facts/observation.ts';
import type { Action } from '../operations/actions.ts';
import type { Ec2Action } from '../operations/operation.ts';
import { ec2Step, isOwnedBy } from '../shared/ec2-tags.ts';
import type { PartState } from '../shared/part-state.ts';
import type { VpcNetworkState } from '../shared/vpc-network.ts';

/** One part of the network: created by this Cluster, with the actions that delete it, or why it is left alone. */
export type PartToDelete = { readonly name: string; readonly id: string } & (
  | { readonly state: 'created'; readonly actions: readonly Action[] }
  | { readonly state: 'adopted' }
  /** EC2 is deleting it. */
  | { readonly state: 'ending' }
  | { readonly state: 'unknown'; readonly seen: Observation<unknown> }
  | { readonly state: 'conflict'; readonly reason: Reason; readonly message: string }
);

/** The parts of the network that exist, in the order in which they are deleted. */
export function partsOf(cluster: Cluster, state: VpcNetworkState): readonly PartToDelete[] {
  const { network } = cluster;
  return [
    ...egressParts(cluster, state),
    ...partOf('security group', isCreated(network.securityGroup?.origin), state.group, (id) => [
      ec2Step(`delete security group ${id}`, 'DeleteSecurityGroup', { GroupId: id }),
    ]),
    ...network.subnets.flatMap((subnet) =>
      partOf(`subnet ${subnet.name}`, isCreated(subnet.origin), state.subnet(subnet.name), (id) => [
        ec2Step(`delete subnet ${id} (${subnet.name})`, 'DeleteSubnet', { SubnetId: id }),
      ]),
    ),
    ...gatewayParts(cluster, state),
    ...state.duplicates.flatMap(duplicateParts),
    ...partOf('VPC', isCreated(network.vpc), state.vpc, (id) => [
      ec2Step(`delete VPC ${id}`, 'DeleteVpc', { VpcId: id }),
    ]),
  ];
}

function isCreated(origin: Origin | undefined): boolean {
  return origin !== undefined && 'create' in origin;
}

function gatewayParts({ name, network }: Cluster, { gateways }: VpcNetworkState): readonly PartToDelete[] {
  const part = { name: 'internet gateway' };
  if (gateways.state !== 'present') return [{ ...part, id: 'unknown', state: 'unknown', seen: gateways }];
  if (!isCreated(network.internetGateway)) return gateways.value.map(({ id }) => ({ ...part, id, state: 'adopted' }));
  return gateways.value
    .filter((one) => isOwnedBy(one, name))
    .map(({ id, vpcIds }) => ({
      ...part,
      id,
      state: 'created',
      actions: [
        ...vpcIds.map((vpcId) =>
          ec2Step(`detach internet gateway ${id}`, 'DetachInternetGateway', { InternetGatewayId: id, VpcId: vpcId }),
        ),
        ec2Step(`delete internet gateway ${id}`, 'DeleteInternetGateway', { InternetGatewayId: id }),
      ],
    }));
}

/** Endpoints and NAT gateways have network interfaces in the subnets, which are gone only after them; a NAT gateway holds its address until then. */
function egressParts({ network }: Cluster, { egress: state }: VpcNetworkState): readonly PartToDelete[] {
  const { egress } = network;
  if (!egress) return [];
  const { created } = state;
  return [
    ...endpointServices.flatMap((service) => {
      const origin = egress.endpoints[service];
      if (!origin) return [];
      const name = `endpoint of ${service}`;
      if (!isCreated(origin)) return partOf(name, false, state.endpoint(service), () => []);
      return each(name, created.endpoints(service), (id) => [
        ec2Step(`delete ${name} ${id}`, 'DeleteVpcEndpoints', { VpcEndpointIds: [id] }),
      ]);
    }),
    ...egress.natGateways.flatMap(({ subnet, origin }) => {
      const name = `NAT gateway in subnet ${subnet}`;
      const gateways = isCreated(origin)
        ? each(name, created.natGateways(subnet), (id) => [
            ec2Step(`delete NAT gateway ${id}`, 'DeleteNatGateway', { NatGatewayId: id }),
          ])
        : partOf(name, false, state.natGateway({ subnet, serves: [], origin }), () => []);
      return [
        ...each(`route table by the NAT gateway in subnet ${subnet}`, created.routeTables(subnet), (id, table) => [
          ...table.associations.map((one) =>
            ec2Step(`take subnet ${one.subnetId} from route table ${id}`, 'DisassociateRouteTable', {
              AssociationId: one.id,
            }),
          ),
          ec2Step(`delete route table ${id}`, 'DeleteRouteTable', { RouteTableId: id }),
        ]),
        ...gateways,
        ...each(
          `Elastic IP address of the NAT gateway in subnet ${subnet}`,
          addressesOf(origin, subnet, created),
          (id) => [ec2Step(`release Elastic IP address ${id}`, 'ReleaseAddress', { AllocationId: id })],
        ),
      ];
    }),
  ];
}

function addressesOf(origin: Origin, subnet: string, { natAddresses }: VpcNetworkState['egress']['created']) {
  return isCreated(origin) ? natAddresses(subnet) : present([]);
}

/** All that was created for one part. An address is in use until EC2 has ended its gateway. */
function each<T extends { readonly id: string; readonly state?: string; readonly boundTo?: object | undefined }>(
  name: string,
  shown: Observation<readonly T[]>,
  actions: (id: string, one: T) => readonly Action[],
): readonly PartToDelete[] {
  if (shown.state !== 'present') return [{ name, id: 'unknown', state: 'unknown', seen: shown }];
  return shown.value.map((one) =>
    one.state === 'deleting' || one.boundTo
      ? { name, id: one.id, state: 'ending' }
      : { name, id: one.id, state: 'created', actions: actions(one.id, one) },
  );
}

/** A duplicate VPC is deleted too, with what of this Cluster is in it. */
function duplicateParts({ vpc, subnets, groups }: VpcNetworkState['duplicates'][number]): readonly PartToDelete[] {
  const part = (name: string, id: string, action: Ec2Action, field: string): PartToDelete => ({
    name: `duplicate ${name} ${id}`,
    id,
    state: 'created',
    actions: [ec2Step(`delete duplicate ${name} ${id}`, action, { [field]: id })],
  });
  return [
    ...subnets.map(({ id }) => part('subnet', id, 'DeleteSubnet', 'SubnetId')),
    ...groups.map(({ id }) => part('security group', id, 'DeleteSecurityGroup', 'GroupId')),
    part('VPC', vpc.id, 'DeleteVpc', 'VpcId'),
  ];
}

/** What matches without our tag is not deleted, but reported. An adopted part that is gone needs nothing. */
function partOf(
  name: string,
  isOwn: boolean,
  state: PartState<{ readonly id: string }>,
  actions: (id: string) => readonly Action[],
): readonly PartToDelete[] {
  if (state.state === 'unknown') return [{ name, id: 'unknown', state: 'unknown', seen: state }];
  if (state.state === 'conflict') {
    const { have, reason, message } = state;
    return isOwn ? [{ name, id: have, state: 'conflict', reason, message }] : [];
  }
  if (state.state === 'absent') return [];
  const { id } = state.value;
  return [isOwn ? { name, id, state: 'created', actions: actions(id) } : { name, id, state: 'adopted' }];
}
