/** The fleet that every lab shows, whatever its name: fixed facts that examples and guides may rely on. */

export const REGION = 'lab-1';
export const ACCOUNT_ID = '123456789012';
export const VPC = { id: 'vpc-0a500000000000001', cidr: '10.80.0.0/16', name: 'lab' } as const;
export const SECURITY_GROUP = { id: 'sg-0a500000000000001', name: 'lab' } as const;
/** Largest frame payload of a current EC2 generation inside a VPC (bytes). */
export const MTU = 9001;
export const METADATA_ADDRESS = '169.254.169.254';
/** The EC2 API, as the operator and the hosts reach it. */
export const EC2_API = { address: '10.80.0.2', port: 4566, url: 'http://10.80.0.2:4566' } as const;
/** Where `lab run` lives: a subnet of its own, so that the operator's machine is never on the hosts' links. */
export const OPERATOR = { address: '10.80.0.10', gateway: '10.80.0.1', prefix: 24, bridge: 'vpc-op' } as const;
/** Credentials of the operator. They open nothing but this lab's own API. */
export const OPERATOR_CREDENTIALS = {
  accessKeyId: 'AKIALABOPERATOR00000',
  secretAccessKey: 'lab-operator-secret-access-key-0000000000',
} as const;
/** The IAM role every host's instance profile carries. */
export const HOST_ROLE = 'ec2-redis-operator-host';

export interface Subnet {
  readonly id: string;
  readonly name: string;
  readonly zone: string;
  readonly cidr: string;
  readonly prefix: number;
  readonly gateway: string;
  readonly gatewayMac: string;
  /** The Linux bridge that is this subnet's wire. */
  readonly bridge: string;
}

export interface LabHost {
  /** EC2 tag Name, host name, LXC container and network port: all the same word. */
  readonly name: string;
  readonly subnet: Subnet;
  readonly address: string;
  readonly mac: string;
  readonly instanceId: string;
  readonly interfaceId: string;
  readonly attachmentId: string;
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

/** The host called `name`, or undefined. */
export function hostNamed(name: string): LabHost | undefined {
  return HOSTS.find((host) => host.name === name);
}

function subnet(letter: string, third: number): Subnet {
  return {
    id: `subnet-0a50${hex(third)}00000000000`,
    name: `lab-${letter}`,
    zone: `${REGION}${letter}`,
    cidr: `10.80.${third}.0/24`,
    prefix: 24,
    gateway: `10.80.${third}.1`,
    gatewayMac: `06:50:0a:50:${hex(third)}:01`,
    bridge: `vpc-${letter}`,
  };
}

/** Identifiers carry the address in hexadecimal (0a50010b is 10.80.1.11), so that a log can be read without a table. */
function host(name: string, subnet: Subnet, last: number): LabHost {
  const third = Number(subnet.cidr.split('.')[2]);
  const suffix = `0a50${hex(third)}${hex(last)}000000000`;
  return {
    name,
    subnet,
    address: `10.80.${third}.${last}`,
    mac: `06:50:0a:50:${hex(third)}:${hex(last)}`,
    instanceId: `i-${suffix}`,
    interfaceId: `eni-${suffix}`,
    attachmentId: `eni-attach-${suffix}`,
  };
}

function hex(byte: number): string {
  return byte.toString(16).padStart(2, '0');
}
