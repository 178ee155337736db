import { REGION, ZONES } from '../topology.ts';
import { Ec2Error } from './errors.ts';
import { filtered } from './filters.ts';
import type { Answer } from './listing.ts';
import { filters, list, type Parameters, page } from './query.ts';
import type { Ec2State } from './state.ts';
import type { Xml } from './xml.ts';

export interface InstanceType {
  readonly name: string;
  readonly cpus: number;
  readonly architecture: 'x86_64' | 'arm64';
  /** Zones that do not offer it. */
  readonly lacking?: readonly string[];
  /** MiB. */
  readonly memory: number;
  readonly current: boolean;
  readonly hypervisor: 'nitro' | 'xen';
  readonly ena: 'required' | 'supported' | 'unsupported';
  /** Whether it has virtual functions of the Intel 82599 (`sriovNetSupport`). */
  readonly sriov: boolean;
  readonly interfaces: number;
  /** IPv4 addresses per interface. */
  readonly addresses: number;
}

/** Some types for each kind of network driver, with the sizes that EC2 publishes. The lab does not limit its hosts to them. */
export const TYPES: readonly InstanceType[] = [
  nitro('m5.large', 2, 8192, 3, 10),
  nitro('m5.xlarge', 4, 16384, 4, 15),
  nitro('c5.large', 2, 4096, 3, 10),
  nitro('r5.large', 2, 16384, 3, 10),
  { ...nitro('m6g.large', 2, 8192, 3, 10), architecture: 'arm64' },
  nitro('t3.micro', 2, 1024, 2, 2),
  nitro('t3.small', 2, 2048, 3, 4),
  nitro('t3.medium', 2, 4096, 3, 6),
  xen('c3.large', 2, 3840, { sriov: true, current: false }),
  xen('c3.xlarge', 4, 7680, { sriov: true, current: false, interfaces: 4, addresses: 15 }),
  xen('c4.large', 2, 3840, { sriov: true }),
  xen('i2.xlarge', 4, 31232, { sriov: true, current: false, interfaces: 4, addresses: 15, lacking: [`${REGION}c`] }),
  xen('m4.large', 2, 8192, { sriov: true, interfaces: 2 }),
  xen('r3.large', 2, 15360, { sriov: true, current: false }),
  xen('m3.medium', 1, 3840, { current: false, interfaces: 2, addresses: 6 }),
  xen('t2.micro', 1, 1024, { interfaces: 2, addresses: 2 }),
];

export function typeOf(name: string): InstanceType | undefined {
  return TYPES.find((type) => type.name === name);
}

/** DescribeInstanceTypes: 5 to 100 per page. */
export function describeInstanceTypes(_: Ec2State, parameters: Parameters): Answer {
  const names = list(parameters, 'InstanceType');
  const missing = names.filter((name) => typeOf(name) === undefined);
  if (missing.length > 0)
    throw new Ec2Error(
      'InvalidInstanceType',
      `The following supplied instance types do not exist: [${missing.join(', ')}]`,
    );
  const named = TYPES.filter((type) => names.length === 0 || names.includes(type.name));
  const table = {
    tags: () => [],
    fields: {
      'current-generation': (row: InstanceType) => [String(row.current)],
      hypervisor: (row: InstanceType) => [row.hypervisor],
      'instance-type': (row: InstanceType) => [row.name],
      'memory-info.size-in-mib': (row: InstanceType) => [String(row.memory)],
      'network-info.ena-support': (row: InstanceType) => [row.ena],
      'vcpu-info.default-vcpus': (row: InstanceType) => [String(row.cpus)],
    },
  };
  const shown = page(filtered(named, filters(parameters), table), parameters, 100);
  return { instanceTypeSet: shown.items.map(typeXml), nextToken: shown.nextToken };
}

/** DescribeInstanceTypeOfferings, by region (the default) or by availability zone. */
export function describeTypeOfferings(_: Ec2State, parameters: Parameters): Answer {
  const locationType = parameters.get('LocationType') ?? 'region';
  if (!['region', 'availability-zone'].includes(locationType))
    throw new Ec2Error('Unsupported', `This lab has no offerings by ${locationType}.`);
  const places = locationType === 'region' ? [REGION] : ZONES.map(({ name }) => name);
  const offerings = TYPES.flatMap(({ name: type, lacking }) =>
    places.flatMap((zone) => (lacking?.includes(zone) ? [] : [{ type, zone }])),
  );
  const table = {
    tags: () => [],
    fields: {
      'instance-type': (row: (typeof offerings)[number]) => [row.type],
      location: (row: (typeof offerings)[number]) => [row.zone],
    },
  };
  const shown = page(filtered(offerings, filters(parameters), table), parameters, 1000);
  const instanceTypeOfferingSet = shown.items.map(({ type, zone }) => ({
    instanceType: type,
    locationType,
    location: zone,
  }));
  return { instanceTypeOfferingSet, nextToken: shown.nextToken };
}

function nitro(name: string, cpus: number, memory: number, interfaces: number, addresses: number): InstanceType {
  return {
    name,
    cpus,
    memory,
    architecture: 'x86_64',
    interfaces,
    addresses,
    current: true,
    hypervisor: 'nitro',
    ena: 'required',
    sriov: false,
  };
}

function xen(name: string, cpus: number, memory: number, more: Partial<InstanceType>): InstanceType {
  const common = {
    architecture: 'x86_64',
    current: true,
    hypervisor: 'xen',
    ena: 'unsupported',
    sriov: false,
    interfaces: 3,
    addresses: 10,
  } as const;
  return { name, cpus, memory, ...common, ...more };
}

function typeXml(type: InstanceType): Xml {
  return {
    instanceType: type.name,
    currentGeneration: type.current,
    freeTierEligible: type.name.endsWith('.micro'),
    supportedUsageClasses: ['on-demand'],
    supportedRootDeviceTypes: ['ebs'],
    supportedVirtualizationTypes: ['hvm'],
    bareMetal: false,
    hypervisor: type.hypervisor,
    processorInfo: { supportedArchitectures: [type.architecture] },
    vCpuInfo: { defaultVCpus: type.cpus, defaultCores: Math.ceil(type.cpus / 2), defaultThreadsPerCore: 2 },
    memoryInfo: { sizeInMiB: type.memory },
    networkInfo: {
      maximumNetworkInterfaces: type.interfaces,
      maximumNetworkCards: 1,
      ipv4AddressesPerInterface: type.addresses,
      ipv6Supported: false,
      enaSupport: type.ena,
    },
  };
}
