import type { Ec2Action, Ec2Command } from '../reconcilers/operations/operation.ts';
import { attachVolume, createVolume, deleteVolume, modifyVolume } from './data-volumes.ts';
import { allocateAddress, associateAddress, followPrivateAddresses, releaseAddress } from './ec2-addresses.ts';
import {
  associateRouteTable,
  createEndpoint,
  createNatGateway,
  createRouteTable,
  deleteEndpoints,
  deleteNatGateway,
  deleteRouteTable,
  disassociateRouteTable,
  modifyEndpoint,
  modifyVpc,
  replaceAssociation,
} from './ec2-egress.ts';
import {
  assign,
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
  deleteRoute,
  deleteSubnet,
  deleteVpc,
  detachGateway,
  followRouteTargets,
  replaceRoute,
  revoke,
} from './ec2-network.ts';
import { createPlacementGroup, deletePlacementGroup } from './placement-groups.ts';
import type { World } from './world.ts';

const acts: { readonly [A in Ec2Action]: (world: World, input: never) => void } = {
  AssignPrivateIpAddresses: assign,
  UnassignPrivateIpAddresses: unassign,
  AllocateAddress: allocateAddress,
  AssociateAddress: associateAddress,
  ReleaseAddress: releaseAddress,
  CreateTags: createTags,
  CreateVpc: createVpc,
  DeleteVpc: deleteVpc,
  CreateInternetGateway: createGateway,
  AttachInternetGateway: attachGateway,
  DetachInternetGateway: detachGateway,
  DeleteInternetGateway: deleteGateway,
  CreateRoute: createRoute,
  ReplaceRoute: replaceRoute,
  DeleteRoute: deleteRoute,
  CreateRouteTable: createRouteTable,
  AssociateRouteTable: associateRouteTable,
  ReplaceRouteTableAssociation: replaceAssociation,
  DisassociateRouteTable: disassociateRouteTable,
  DeleteRouteTable: deleteRouteTable,
  CreateNatGateway: createNatGateway,
  DeleteNatGateway: deleteNatGateway,
  CreateVpcEndpoint: createEndpoint,
  ModifyVpcEndpoint: modifyEndpoint,
  DeleteVpcEndpoints: deleteEndpoints,
  ModifyVpcAttribute: modifyVpc,
  CreateSubnet: createSubnet,
  DeleteSubnet: deleteSubnet,
  CreateSecurityGroup: createGroup,
  DeleteSecurityGroup: deleteGroup,
  AuthorizeSecurityGroupIngress: authorize,
  RevokeSecurityGroupIngress: revoke,
  DeleteNetworkInterface: deleteInterface,
  ModifyNetworkInterfaceAttribute: modifyInterface,
  CreatePlacementGroup: createPlacementGroup,
  DeletePlacementGroup: deletePlacementGroup,
  CreateVolume: createVolume,
  AttachVolume: attachVolume,
  ModifyVolume: modifyVolume,
  DeleteVolume: deleteVolume,
  RunInstances: runInstance,
  StartInstances: startInstances,
  StopInstances: stopInstances,
  TerminateInstances: terminateInstances,
  ModifyInstanceAttribute: modifyInstance,
  ModifyInstanceMetadataOptions: modifyMetadata,
};

/** The effect of a changing call on the account, or OperationFailed with the error code of EC2. */
export function applyEc2Command(world: World, { action, input }: Ec2Command): void {
  const act = acts[action] as (world: World, input: unknown) => void;
  act(world, input);
  followPrivateAddresses(world);
  followRouteTargets(world);
}
