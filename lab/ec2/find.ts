import type { LabHost } from '../topology.ts';
import { type Prefix, unknownId } from './ids.ts';
import type {
  Ec2State,
  ElasticAddress,
  Instance,
  InternetGateway,
  NatGateway,
  NetworkInterface,
  RouteTable,
  SecurityGroup,
  Volume,
  Vpc,
  VpcEndpoint,
  VpcSubnet,
} from './state.ts';
import type { Xml } from './xml.ts';

/** The new state and the answer of a changing call. */
export interface Change {
  readonly state: Ec2State;
  readonly answer: { readonly [field: string]: Xml };
  /** What becomes of it by itself, one after the other. */
  readonly later?: readonly Later[];
}

/** A change that follows another `afterMs` later, whatever the state is then. */
export interface Later {
  readonly afterMs: number;
  readonly next: (state: Ec2State) => Ec2State;
}

/** The resource with an id; throws EC2's error if there is none. */
export const find = {
  vpc: (state: Ec2State, id: string): Vpc => only(state.vpcs, 'vpc', id),
  subnet: (state: Ec2State, id: string): VpcSubnet => only(state.subnets, 'subnet', id),
  gateway: (state: Ec2State, id: string): InternetGateway => only(state.gateways, 'igw', id),
  nat: (state: Ec2State, id: string): NatGateway => only(state.natGateways, 'nat', id),
  endpoint: (state: Ec2State, id: string): VpcEndpoint => only(state.endpoints, 'vpce', id),
  routeTable: (state: Ec2State, id: string): RouteTable => only(state.routeTables, 'rtb', id),
  elastic: (state: Ec2State, id: string): ElasticAddress => only(state.elasticAddresses, 'eipalloc', id),
  volume: (state: Ec2State, id: string): Volume => only(state.volumes, 'vol', id),
  group: (state: Ec2State, id: string): SecurityGroup => only(state.groups, 'sg', id),
  instance: (state: Ec2State, id: string): Instance =>
    state.instances.find((one) => one.host.instanceId === id) ?? fail('i', id),
  nic: (state: Ec2State, id: string): NetworkInterface =>
    state.interfaces.find((one) => one.host.interfaceId === id) ?? fail('eni', id),
};

/** The host whose network interface has the address, in the form of a socket; undefined: nobody's here. */
export function hostWith(state: Ec2State, address: string): LabHost | undefined {
  const plain = address.replace(/^::ffff:/, '');
  return state.interfaces.find((one) => one.managed === undefined && one.addresses.includes(plain))?.host;
}

/** The list with the item of this id replaced. */
export function replaced<T extends { readonly id: string }>(rows: readonly T[], next: T): readonly T[] {
  return rows.map((row) => (row.id === next.id ? next : row));
}

/** The list without the item of this id. */
export function without<T extends { readonly id: string }>(rows: readonly T[], id: string): readonly T[] {
  return rows.filter((row) => row.id !== id);
}

function only<T extends { readonly id: string }>(rows: readonly T[], prefix: Prefix, id: string): T {
  return rows.find((row) => row.id === id) ?? fail(prefix, id);
}

function fail(prefix: Prefix, id: string): never {
  throw unknownId(prefix, id);
}
