import {
  firstPublicAddress,
  GATEWAY,
  HOST_ROLE,
  HOSTS,
  KEY_PAIR,
  type LabHost,
  PREPARED_IMAGE,
  SECURITY_GROUP,
  SUBNETS,
  VPC,
} from '../topology.ts';
import { anywhere } from './group-rules.ts';
import { imageOf, imageWith } from './images.ts';
import { asRootOf, type Ec2State, EMPTY, type Instance, type SecurityGroup } from './state.ts';

/** The initial account of `lab up`: one VPC with two subnets and an internet gateway, one group, and five hosts of one flavour. */
export function initialState(now: Date, flavour: string = imageOf(PREPARED_IMAGE).flavour): Ec2State {
  const hosts = HOSTS.map((host) => (host.flavour === flavour ? host : { ...host, flavour }));
  const name = (id: string, value: string) => [id, [{ key: 'Name', value }]] as const;
  return {
    ...EMPTY,
    vpcs: [{ id: VPC.id, cidr: VPC.cidr, dnsSupport: true, dnsHostnames: false }],
    subnets: SUBNETS.map((subnet) => ({ ...subnet, mapPublicIp: false })),
    gateways: [{ id: GATEWAY.id, vpcId: VPC.id }],
    routeTables: [
      {
        id: 'rtb-0a500000000000001',
        vpcId: VPC.id,
        associations: [{ id: 'rtbassoc-0a500000000000001', subnetId: undefined }],
        routes: [{ cidr: '0.0.0.0/0', target: GATEWAY.id }],
      },
    ],
    groups: [DEFAULT_GROUP, LAB_GROUP],
    instances: hosts.map((host) => instance(host, now)),
    interfaces: hosts.map((host) => ({
      host,
      addresses: [host.address],
      groups: [SECURITY_GROUP.id],
      attached: true,
      deleteOnTermination: true,
      sourceDestCheck: true,
      description: '',
      public: true,
      publicAddress: firstPublicAddress(host),
    })),
    volumes: hosts.map((host) => ({
      id: host.instanceId.replace('i-', 'vol-'),
      ...asRootOf(host),
      device: '/dev/xvda',
      size: 8,
      type: 'gp3',
      encrypted: false,
      kmsKey: undefined,
      iops: 3000,
      throughput: 125,
      created: now,
    })),
    tags: new Map([
      name(VPC.id, VPC.name),
      name(GATEWAY.id, GATEWAY.name),
      name(SECURITY_GROUP.id, SECURITY_GROUP.name),
      ...SUBNETS.map((subnet) => name(subnet.id, `lab-${subnet.zone.slice(-1)}`)),
      ...hosts.flatMap((host) => [name(host.instanceId, host.name), name(host.interfaceId, host.name)]),
    ]),
  };
}

/** The group of `lab up`, which allows all traffic among its members and within the VPC. */
const LAB_GROUP: SecurityGroup = {
  ...SECURITY_GROUP,
  description: 'every host of the lab',
  vpcId: VPC.id,
  rules: [
    { ...anywhere('sgr-0a500000000000001', false), cidr: undefined, groupId: SECURITY_GROUP.id },
    { ...anywhere('sgr-0a500000000000002', false), cidr: VPC.cidr },
    anywhere('sgr-0a500000000000003', true),
  ],
};

const DEFAULT_ID = 'sg-0a500000000000000';
/** The default group that every VPC has. */
const DEFAULT_GROUP: SecurityGroup = {
  id: DEFAULT_ID,
  name: 'default',
  description: 'default VPC security group',
  vpcId: VPC.id,
  rules: [
    { ...anywhere('sgr-0a500000000000004', false), cidr: undefined, groupId: DEFAULT_ID },
    anywhere('sgr-0a500000000000005', true),
  ],
};

function instance(host: LabHost, now: Date): Instance {
  return {
    host,
    state: 'pending',
    reason: '',
    launched: now,
    image: imageWith(host.flavour).id,
    type: 'm5.large',
    keyName: KEY_PAIR,
    profile: HOST_ROLE,
    clientToken: '',
    reservationId: host.instanceId.replace('i-', 'r-'),
    metadata: { tokens: 'required', endpoint: 'enabled', hopLimit: 2 },
    sriov: false,
    ena: true,
    terminationProtected: false,
    hostKey: undefined,
    booted: undefined,
    passing: false,
  };
}
