import type { Instance } from '../../reconcilers/facts/ec2/instance.ts';
import type { NetworkInterface } from '../../reconcilers/facts/ec2/network-interfaces.ts';
import type { World } from '../world.ts';

/** A typical network interface, attached to the instance of its number. */
export function interfaceLike(
  change: Partial<NetworkInterface> & Pick<NetworkInterface, 'networkInterfaceId'>,
): NetworkInterface {
  return {
    instanceId: undefined,
    subnetId: 'subnet-1',
    vpcId: 'vpc-1',
    addresses: [],
    status: 'in-use',
    tags: {},
    groupIds: [],
    sourceDestCheck: true,
    attachmentId: undefined,
    deleteOnTermination: true,
    ...change,
  };
}

/** A typical running instance. */
export function instanceLike(change: Partial<Instance> & Pick<Instance, 'instanceId'>): Instance {
  return {
    state: 'running',
    privateAddress: undefined,
    publicAddress: undefined,
    addresses: [],
    subnetId: 'subnet-1',
    vpcId: 'vpc-1',
    zone: 'lab-1a',
    placementGroup: undefined,
    networkInterfaceId: undefined,
    macAddress: undefined,
    tags: {},
    type: 'm5.large',
    imageId: 'ami-00000000',
    imdsv2: true,
    sriov: false,
    ena: true,
    stateReason: undefined,
    launched: undefined,
    ...change,
  };
}

/** An account with only the prerequisites: AMIs, instance types, and the operator's key pair. */
export function emptyAccount(images: World['ec2']['images'] = {}): World['ec2'] {
  return {
    instances: [],
    interfaces: [],
    volumes: [],
    placementGroups: [],
    volumeContents: {},
    volumeTokens: [],
    vpcs: [],
    subnets: [],
    gateways: [],
    elasticAddresses: [],
    routeTables: [],
    natGateways: [],
    endpoints: [],
    dnsHostnames: [],
    groups: [],
    terminationProtected: [],
    images,
    types: { 'm5.large': 'required', 'c4.large': 'unsupported' },
    armImages: [],
    closedZones: [],
    quotas: { 'L-1216C47A': 1152, 'L-0263D0A3': 20, 'L-F678F1CE': 20 },
    keyPairs: ['operator'],
    next: 0,
  };
}
