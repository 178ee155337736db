import { assignPrivateIpAddresses, unassignPrivateIpAddresses } from './addresses.ts';
import { describeInstanceAttribute, modifyInstanceAttribute } from './attributes.ts';
import { getConsoleOutput } from './console.ts';
import { attachVolume, createVolume, deleteVolume, detachVolume, modifyVolume } from './data-volumes.ts';
import { describeVpcEndpoints } from './describe-endpoints.ts';
import { describeSecurityGroupRules, describeSecurityGroups } from './describe-groups.ts';
import { describeSubnets } from './describe-subnets.ts';
import { createNetworkInterface, deleteNetworkInterface } from './detached-interfaces.ts';
import {
  allocateAddress,
  associateAddress,
  describeAddresses,
  disassociateAddress,
  releaseAddress,
} from './elastic-addresses.ts';
import type { Change } from './find.ts';
import {
  attachInternetGateway,
  createInternetGateway,
  deleteInternetGateway,
  describeInternetGateways,
  detachInternetGateway,
} from './gateways.ts';
import { authorize, createSecurityGroup, deleteSecurityGroup, revoke } from './groups.ts';
import { describeImages } from './images.ts';
import { describeInstanceStatus } from './instance-status.ts';
import { describeInstanceTypes, describeTypeOfferings } from './instance-types.ts';
import { describeInstances } from './instances.ts';
import { describeNetworkInterfaces, modifyNetworkInterfaceAttribute } from './interfaces.ts';
import { deleteKeyPair, describeKeyPairs, importKeyPair } from './key-pairs.ts';
import type { Answer } from './listing.ts';
import { modifyInstanceMetadataOptions } from './metadata-options.ts';
import { modifyVpcEndpoint } from './modify-endpoint.ts';
import { createNatGateway, deleteNatGateway, describeNatGateways } from './nat-gateways.ts';
import { createPlacementGroup, deletePlacementGroup, describePlacementGroups } from './placement-groups.ts';
import {
  type Power,
  rebootInstances,
  runInstances,
  startInstances,
  stopInstances,
  terminateInstances,
} from './power.ts';
import type { Parameters } from './query.ts';
import {
  associateRouteTable,
  createRouteTable,
  deleteRouteTable,
  describeRouteTables,
  disassociateRouteTable,
  replaceRouteTableAssociation,
} from './route-tables.ts';
import { createRoute, deleteRoute, replaceRoute } from './routes.ts';
import type { Ec2State } from './state.ts';
import { createSubnet, deleteSubnet, modifySubnetAttribute } from './subnets.ts';
import { createTags, deleteTags, describeTags } from './tags.ts';
import { describeVolumes } from './volumes.ts';
import { createVpcEndpoint, deleteVpcEndpoints } from './vpc-endpoints.ts';
import { createVpc, deleteVpc, describeVpcAttribute, describeVpcs, modifyVpcAttribute } from './vpcs.ts';
import { describeAvailabilityZones } from './zones.ts';

/** The actions that read the state. */
export const READS: { readonly [action: string]: (state: Ec2State, parameters: Parameters) => Answer } = {
  DescribeAddresses: describeAddresses,
  DescribeAvailabilityZones: describeAvailabilityZones,
  DescribeImages: describeImages,
  DescribeInstanceAttribute: describeInstanceAttribute,
  DescribeInstances: describeInstances,
  DescribeInstanceStatus: describeInstanceStatus,
  DescribeInstanceTypes: describeInstanceTypes,
  DescribeInstanceTypeOfferings: describeTypeOfferings,
  DescribeInternetGateways: describeInternetGateways,
  DescribeKeyPairs: describeKeyPairs,
  DescribeNatGateways: describeNatGateways,
  DescribeNetworkInterfaces: describeNetworkInterfaces,
  DescribePlacementGroups: describePlacementGroups,
  DescribeRouteTables: describeRouteTables,
  DescribeSecurityGroupRules: describeSecurityGroupRules,
  DescribeSecurityGroups: describeSecurityGroups,
  DescribeSubnets: describeSubnets,
  DescribeTags: describeTags,
  DescribeVolumes: describeVolumes,
  DescribeVpcAttribute: describeVpcAttribute,
  DescribeVpcEndpoints: describeVpcEndpoints,
  DescribeVpcs: describeVpcs,
  GetConsoleOutput: getConsoleOutput,
};

/** The actions that change the state; the network follows. */
export const CHANGES: { readonly [action: string]: (state: Ec2State, parameters: Parameters) => Change } = {
  AllocateAddress: allocateAddress,
  AssignPrivateIpAddresses: assignPrivateIpAddresses,
  AssociateAddress: associateAddress,
  AssociateRouteTable: associateRouteTable,
  AttachInternetGateway: attachInternetGateway,
  AttachVolume: attachVolume,
  AuthorizeSecurityGroupEgress: authorize(true),
  AuthorizeSecurityGroupIngress: authorize(false),
  CreateInternetGateway: createInternetGateway,
  CreateNatGateway: createNatGateway,
  CreateNetworkInterface: createNetworkInterface,
  CreatePlacementGroup: createPlacementGroup,
  CreateRoute: createRoute,
  CreateRouteTable: createRouteTable,
  CreateSecurityGroup: createSecurityGroup,
  CreateSubnet: createSubnet,
  CreateTags: createTags,
  CreateVolume: createVolume,
  CreateVpc: createVpc,
  CreateVpcEndpoint: createVpcEndpoint,
  DeleteInternetGateway: deleteInternetGateway,
  DeleteKeyPair: deleteKeyPair,
  DeleteNatGateway: deleteNatGateway,
  DeleteNetworkInterface: deleteNetworkInterface,
  DeletePlacementGroup: deletePlacementGroup,
  DeleteRoute: deleteRoute,
  DeleteRouteTable: deleteRouteTable,
  DeleteSecurityGroup: deleteSecurityGroup,
  DeleteSubnet: deleteSubnet,
  DeleteTags: deleteTags,
  DeleteVolume: deleteVolume,
  DeleteVpc: deleteVpc,
  DeleteVpcEndpoints: deleteVpcEndpoints,
  DetachInternetGateway: detachInternetGateway,
  DetachVolume: detachVolume,
  DisassociateAddress: disassociateAddress,
  DisassociateRouteTable: disassociateRouteTable,
  ImportKeyPair: importKeyPair,
  ModifyInstanceAttribute: modifyInstanceAttribute,
  ModifyInstanceMetadataOptions: modifyInstanceMetadataOptions,
  ModifyNetworkInterfaceAttribute: modifyNetworkInterfaceAttribute,
  ModifySubnetAttribute: modifySubnetAttribute,
  ModifyVolume: modifyVolume,
  ModifyVpcAttribute: modifyVpcAttribute,
  ModifyVpcEndpoint: modifyVpcEndpoint,
  ReleaseAddress: releaseAddress,
  ReplaceRoute: replaceRoute,
  ReplaceRouteTableAssociation: replaceRouteTableAssociation,
  RevokeSecurityGroupEgress: revoke(true),
  RevokeSecurityGroupIngress: revoke(false),
  UnassignPrivateIpAddresses: unassignPrivateIpAddresses,
};

/** The actions that start and stop machines. */
export const POWERS: { readonly [action: string]: Power } = {
  RebootInstances: rebootInstances,
  RunInstances: runInstances,
  StartInstances: startInstances,
  StopInstances: stopInstances,
  TerminateInstances: terminateInstances,
};

/** Every action, by name. */
export const ACTIONS: readonly string[] = [READS, CHANGES, POWERS].flatMap((table) => Object.keys(table)).sort();
