/** The fleet of `lab up`, the same for every lab name: fixed values that examples and guides may rely on. */

export const REGION = 'lab-1';
export const ZONES = ['a', 'b', 'c'].map((letter) => ({ name: `${REGION}${letter}`, id: `lab1-az${letter}` }));
export const ACCOUNT_ID = '123456789012';
export const VPC = { id: 'vpc-0a500000000000001', cidr: '10.80.0.0/16', name: 'lab' } as const;
export const SECURITY_GROUP = { id: 'sg-0a500000000000001', name: 'lab' } as const;
/** Largest frame payload of a current EC2 generation inside a VPC (bytes). */
export const MTU = 9001;
export const METADATA_ADDRESS = '169.254.169.254';
/** The EC2 API, as the operator and the hosts reach it. */
export const EC2_API = { address: '10.80.0.2', port: 4566, url: 'http://10.80.0.2:4566' } as const;
/** The network of `lab run`, separate so that the operator's machine is never on the hosts' links. */
export const OPERATOR = { address: '10.80.0.10', gateway: '10.80.0.1', prefix: 24, bridge: 'vpc-op' } as const;
/** Credentials of the operator. They are valid for this lab's API only. */
export const OPERATOR_CREDENTIALS = {
  accessKeyId: 'AKIALABOPERATOR00000',
  secretAccessKey: 'lab-operator-secret-access-key-0000000000',
} as const;
/** The IAM role of the instance profile that the hosts of `lab up` carry. */
export const HOST_ROLE = 'ec2-redis-operator-host';
/** Instance profiles of the account, each with a role of the same name: the lab has no IAM, so they exist from the start. */
export const PROFILES: readonly string[] = [HOST_ROLE, 'lab-proxy'];
/** The key pair of the account: the operator's own key. */
export const KEY_PAIR = 'lab';
/** The internet gateway of the VPC of `lab up`. */
export const GATEWAY = { id: 'igw-0a500000000000001', name: 'lab' } as const;
/** The image of the hosts of `lab up`. */
export const PREPARED_IMAGE = 'ami-0000000000000d012';

export interface Subnet {
  readonly id: string;
  readonly vpcId: string;
  readonly zone: string;
  readonly cidr: string;
  readonly prefix: number;
  readonly gateway: string;
  readonly gatewayMac: string;
  /** The Linux bridge that is this subnet's wire. */
  readonly bridge: string;
}

export interface LabHost {
  /** The EC2 tag Name at launch, host name and LXC container name: all the same, and unique among existing hosts. */
  readonly name: string;
  /** Its port of the subnet's bridge: at most 15 characters. */
  readonly port: string;
  readonly subnet: Subnet;
  readonly address: string;
  readonly mac: string;
  readonly instanceId: string;
  readonly interfaceId: string;
  readonly attachmentId: string;
  /** The root file system that it boots, chosen by its image. */
  readonly flavour: string;
}

const SUBNET_A: Subnet = subnet('a', 1);
const SUBNET_B: Subnet = subnet('b', 2);
export const SUBNETS: readonly Subnet[] = [SUBNET_A, SUBNET_B];

export const HOSTS: readonly LabHost[] = [
  host('proxy-1', SUBNET_A, 21),
  host('proxy-2', SUBNET_A, 22),
  host('redis-1', SUBNET_A, 11),
  host('redis-2', SUBNET_B, 12),
  host('redis-3', SUBNET_B, 13),
];

/**
 * The internet of a lab: the public addresses of its accounts, of which the first sixteen are its own, and a machine outside. Both blocks are
 * for documentation (RFC 5737), so no lab can meet a real one.
 */
export const INTERNET = { cidr: '198.51.100.0/24', address: '198.51.100.2', reserved: 16 } as const;
/** Where the packages of cloud images are: a mirror on the internet, and a bucket of S3, by HTTP. */
export const PACKAGES = { internet: '198.51.100.3', s3: '198.51.100.4' } as const;
/** The network of `lab run --from outside`: a machine on the internet. Packets there have at most 1500 bytes, as behind a gateway of EC2. */
export const OUTSIDE = {
  address: '203.0.113.10',
  gateway: '203.0.113.1',
  cidr: '203.0.113.0/24',
  prefix: 24,
  bridge: 'vpc-out',
  mtu: 1500,
} as const;
/** Where an endpoint of the EC2 API answers, as on EC2. */
export const ENDPOINT_PORT = 443;

/** The public address of a host of `lab up` when it is first switched on: 198.51.100.111 for 10.80.1.11. */
export function firstPublicAddress(host: LabHost): string {
  return `198.51.100.${100 + Number(host.address.split('.')[3])}`;
}

/** A MAC address that contains the IPv4 address, so that packet captures are readable. */
export function macOf(address: string): string {
  return ['06:50', ...address.split('.').map((part) => hex(Number(part)))].join(':');
}

function subnet(letter: string, third: number): Subnet {
  return {
    id: `subnet-0a50${hex(third)}00000000000`,
    vpcId: VPC.id,
    zone: `${REGION}${letter}`,
    cidr: `10.80.${third}.0/24`,
    prefix: 24,
    gateway: `10.80.${third}.1`,
    gatewayMac: macOf(`10.80.${third}.1`),
    bridge: `vpc-${letter}`,
  };
}

/** Identifiers contain the address in hexadecimal (0a50010b is 10.80.1.11), so that logs are readable. */
function host(name: string, subnet: Subnet, last: number): LabHost {
  const third = Number(subnet.cidr.split('.')[2]);
  const address = `10.80.${third}.${last}`;
  const suffix = `0a50${hex(third)}${hex(last)}000000000`;
  return {
    name,
    port: name,
    subnet,
    address,
    mac: macOf(address),
    instanceId: `i-${suffix}`,
    interfaceId: `eni-${suffix}`,
    attachmentId: `eni-attach-${suffix}`,
    flavour: 'debian-12-prepared',
  };
}

function hex(byte: number): string {
  return byte.toString(16).padStart(2, '0');
}
