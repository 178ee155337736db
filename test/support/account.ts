import type { Instance } from '../../reconcilers/inventory.ts';
import type { World } from '../../reconcilers/model/world.ts';
import type { AddressOwner } from '../../reconcilers/questions/address-owner.ts';

/** A network interface like most, attached to the instance of its number. */
export function interfaceLike(change: Partial<AddressOwner> & Pick<AddressOwner, 'networkInterfaceId'>): AddressOwner {
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

/** An instance like most, that runs. */
export function instanceLike(change: Partial<Instance> & Pick<Instance, 'instanceId'>): Instance {
  return {
    state: 'running',
    privateAddress: undefined,
    subnetId: 'subnet-1',
    vpcId: 'vpc-1',
    zone: 'lab-1a',
    networkInterfaceId: undefined,
    macAddress: undefined,
    tags: {},
    type: 'm5.large',
    imageId: 'ami-00000000',
    imdsv2: true,
    sriov: false,
    ena: true,
    launched: undefined,
    ...change,
  };
}

/** An account with nothing in it but what comes from outside: AMIs, types, and the operator's key. */
export function emptyAccount(images: World['ec2']['images'] = {}): World['ec2'] {
  return {
    instances: [],
    interfaces: [],
    vpcs: [],
    subnets: [],
    gateways: [],
    routeTables: [],
    groups: [],
    images,
    types: { 'm5.large': 'required', 'c4.large': 'unsupported' },
    keyPairs: ['operator'],
    tokens: {},
    next: 0,
  };
}
