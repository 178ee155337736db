import { Ec2Error, invalidValue, missingParameter } from './errors.ts';
import { find } from './find.ts';
import type { Parameters } from './query.ts';
import type { Ec2State, NetworkInterface, Route, RouteTable, VpcEndpoint } from './state.ts';

/** A route as Describe calls show it, with the id of its target in the field of its kind. */
export interface ShownRoute {
  readonly cidr?: string;
  readonly prefixListId?: string;
  readonly gatewayId?: string;
  readonly natGatewayId?: string;
  readonly networkInterfaceId?: string;
  readonly instanceId?: string | undefined;
  readonly state: 'active' | 'blackhole';
  readonly origin: 'CreateRouteTable' | 'CreateRoute';
}

/** The S3 prefix list of the region: the route of a gateway endpoint leads to it. */
const S3_PREFIX_LIST = 'pl-0a500000000000053';

/** A table's routes: the VPC's own first. */
export function shownRoutes(state: Ec2State, table: RouteTable): readonly ShownRoute[] {
  const own = state.vpcs.filter((vpc) => vpc.id === table.vpcId);
  return [
    ...own.map(({ cidr }): ShownRoute => ({ cidr, gatewayId: 'local', state: 'active', origin: 'CreateRouteTable' })),
    ...table.routes.map(
      (route): ShownRoute => ({
        cidr: route.cidr,
        ...targetFields(state, route.target),
        state: isActive(state, table, route) ? 'active' : 'blackhole',
        origin: 'CreateRoute',
      }),
    ),
    ...gatewayEndpoints(state, table).map(
      ({ id }): ShownRoute => ({
        prefixListId: S3_PREFIX_LIST,
        gatewayId: id,
        state: 'active',
        origin: 'CreateRoute',
      }),
    ),
  ];
}

/** The gateway endpoints on a route table. */
export function gatewayEndpoints(state: Ec2State, table: RouteTable): readonly VpcEndpoint[] {
  return state.endpoints.filter((one) => one.routeTableIds.includes(table.id));
}

/**
 * Whether packets follow the route. It is a black hole once its gateway is detached or deleted, or its interface has no running instance.
 */
export function isActive(state: Ec2State, table: RouteTable, { target }: Route): boolean {
  if (target.startsWith('igw-')) return state.gateways.some((one) => one.id === target && one.vpcId === table.vpcId);
  if (target.startsWith('nat-'))
    return state.natGateways.some((one) => one.id === target && (one.state === 'available' || one.state === 'pending'));
  const instanceId = interfaceOf(state, target)?.host.instanceId;
  return state.instances.some(
    (one) => one.host.instanceId === instanceId && ['pending', 'running'].includes(one.state),
  );
}

/** The id of the target that CreateRoute or ReplaceRoute names; it must be in the table's VPC. */
export function routeTarget(state: Ec2State, table: RouteTable, parameters: Parameters): string {
  const named = ['GatewayId', 'NatGatewayId', 'NetworkInterfaceId', 'InstanceId'].filter((name) =>
    parameters.has(name),
  );
  const other = ['TransitGatewayId', 'VpcPeeringConnectionId'].find((name) => parameters.has(name));
  if (other !== undefined)
    throw new Ec2Error('Unsupported', `This lab does not support routes to a ${other.replace(/Id$/, '')}.`);
  const [kind, ...more] = named;
  if (kind === undefined) throw missingParameter('gatewayId');
  if (more.length > 0)
    throw new Ec2Error('InvalidParameterCombination', 'The request must contain exactly one target of the route');
  const { id, vpcId, words } = TARGETS[kind]?.(state, parameters.get(kind) ?? '') ?? unreachable();
  if (vpcId !== table.vpcId)
    throw invalidValue(`route table ${table.id} and ${words} ${id} belong to different networks`);
  return id;
}

interface Target {
  readonly id: string;
  readonly vpcId: string | undefined;
  readonly words: string;
}

const TARGETS: { readonly [parameter: string]: (state: Ec2State, id: string) => Target } = {
  GatewayId: (state, id) => ({ ...find.gateway(state, id), words: 'network gateway' }),
  NatGatewayId: (state, id) => {
    const nat = state.natGateways.find((one) => one.id === id && one.state !== 'deleted');
    if (nat === undefined)
      throw new Ec2Error('InvalidNatGatewayID.NotFound', `The natGateway ID '${id}' does not exist`);
    return { ...nat, words: 'natGateway' };
  },
  NetworkInterfaceId: (state, id) => ({ id, vpcId: find.nic(state, id).host.subnet.vpcId, words: 'interface' }),
  InstanceId: (state, id) => {
    const { host } = find.instance(state, id);
    const nic = state.interfaces.find((one) => one.attached && one.host.instanceId === host.instanceId);
    return { id: nic?.host.interfaceId ?? '', vpcId: nic?.host.subnet.vpcId, words: 'instance' };
  },
};

function targetFields(state: Ec2State, target: string): Partial<ShownRoute> {
  if (target.startsWith('igw-')) return { gatewayId: target };
  if (target.startsWith('nat-')) return { natGatewayId: target };
  const instanceId = interfaceOf(state, target)?.host.instanceId;
  return { networkInterfaceId: target, instanceId: instanceId === '' ? undefined : instanceId };
}

function interfaceOf(state: Ec2State, id: string): NetworkInterface | undefined {
  return state.interfaces.find((one) => one.attached && one.host.interfaceId === id);
}

function unreachable(): never {
  throw new Error('every known parameter is in the table');
}
