import type { Instance } from '../inventory.ts';
import type { AddressOwner } from '../questions/address-owner.ts';
import type { Gateway, Group, RouteTable, SubnetFacts, Vpc } from '../questions/ground.ts';
import type { Ec2Action, Ec2Command } from '../verbs/verb.ts';
import {
  attachGateway,
  authorize,
  createGateway,
  createGroup,
  createRoute,
  createSubnet,
  createVpc,
  deleteGateway,
  deleteGroup,
  deleteSubnet,
  deleteVpc,
  detachGateway,
  revoke,
} from './ec2-ground.ts';
import {
  assign,
  createInterface,
  createTags,
  deleteInterface,
  modifyInstance,
  modifyInterface,
  modifyMetadata,
  runInstance,
  startInstances,
  stopInstances,
  terminateInstances,
  unassign,
} from './ec2-instances.ts';
import type { HostWorld, World, Writable } from './world.ts';

/** An account as the questions see it, and what its AMIs boot into. */
export interface Ec2World {
  instances: Writable<Instance>[];
  interfaces: Writable<AddressOwner>[];
  vpcs: Writable<Vpc>[];
  subnets: Writable<SubnetFacts>[];
  gateways: Writable<Gateway>[];
  routeTables: Writable<RouteTable>[];
  groups: Writable<Group>[];
  /** What each AMI boots into. */
  readonly images: Record<string, HostWorld>;
  /** Instance types by name, and whether they have ENA. */
  readonly types: Record<string, 'required' | 'supported' | 'unsupported'>;
  readonly keyPairs: string[];
  /** Instances by the token that they were asked for with. */
  tokens: Record<string, string>;
  /** The number that the next id is made of. */
  next: number;
}

const acts: { readonly [A in Ec2Action]: (world: World, input: never) => void } = {
  AssignPrivateIpAddresses: assign,
  UnassignPrivateIpAddresses: unassign,
  CreateTags: createTags,
  CreateVpc: createVpc,
  DeleteVpc: deleteVpc,
  CreateInternetGateway: createGateway,
  AttachInternetGateway: attachGateway,
  DetachInternetGateway: detachGateway,
  DeleteInternetGateway: deleteGateway,
  CreateRoute: createRoute,
  ReplaceRoute: createRoute,
  CreateSubnet: createSubnet,
  DeleteSubnet: deleteSubnet,
  CreateSecurityGroup: createGroup,
  DeleteSecurityGroup: deleteGroup,
  AuthorizeSecurityGroupIngress: authorize,
  RevokeSecurityGroupIngress: revoke,
  CreateNetworkInterface: createInterface,
  DeleteNetworkInterface: deleteInterface,
  ModifyNetworkInterfaceAttribute: modifyInterface,
  RunInstances: runInstance,
  StartInstances: startInstances,
  StopInstances: stopInstances,
  TerminateInstances: terminateInstances,
  ModifyInstanceAttribute: modifyInstance,
  ModifyInstanceMetadataOptions: modifyMetadata,
};

/** What a changing call does to the account, or VerbFailed with EC2's own code. */
export function obey(world: World, { action, input }: Ec2Command): void {
  const act = acts[action] as (world: World, input: unknown) => void;
  act(world, input);
}
