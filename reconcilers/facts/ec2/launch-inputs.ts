import type { Ec2Probe } from '../fact.ts';
import { present } from '../observation.ts';

/** The properties of an AMI that a launch depends on. */
export interface Image {
  readonly id: string;
  readonly state: string;
  /** Root device, such as /dev/xvda. A launch overrides its size. */
  readonly rootDevice: string;
  readonly ena: boolean;
  /** `x86_64`, `arm64`. */
  readonly architecture: string;
}

/** Capabilities of an instance type. */
export interface InstanceType {
  readonly name: string;
  readonly ena: 'required' | 'supported' | 'unsupported';
  /** Of the AMIs that it boots. */
  readonly architectures: readonly string[];
  /** Private IPv4 addresses that one network interface can have, the primary one included. */
  readonly addresses: number | undefined;
  /** Of an instance that is launched without CPU options. */
  readonly vcpus: number | undefined;
}

/** Requested by filter, so that a missing one is not in the list, instead of an error. */
export const images: Ec2Probe<{ readonly ids: readonly string[] }, readonly Image[]> = {
  via: 'ec2',
  query: ({ ids }) => ({ action: 'DescribeImages', filters: { 'image-id': ids } }),
  read: (items) =>
    present(
      (items as readonly ApiImage[]).map((item) => ({
        id: item.ImageId ?? '',
        state: item.State ?? 'unknown',
        rootDevice: item.RootDeviceName ?? '/dev/xvda',
        ena: item.EnaSupport === true,
        architecture: item.Architecture ?? 'unknown',
      })),
    ),
};

export const instanceTypes: Ec2Probe<{ readonly names: readonly string[] }, readonly InstanceType[]> = {
  via: 'ec2',
  query: ({ names }) => ({ action: 'DescribeInstanceTypes', filters: { 'instance-type': names } }),
  read: (items) =>
    present(
      (items as readonly ApiInstanceType[]).map((item) => ({
        name: item.InstanceType ?? '',
        ena: item.NetworkInfo?.EnaSupport ?? 'unsupported',
        architectures: item.ProcessorInfo?.SupportedArchitectures ?? [],
        addresses: item.NetworkInfo?.Ipv4AddressesPerInterface,
        vcpus: item.VCpuInfo?.DefaultVCpus,
      })),
    ),
};

/** The availability zones that offer an instance type. Not every zone of a region offers every type. */
export interface TypeOffering {
  readonly type: string;
  readonly zone: string;
}

export const typeOfferings: Ec2Probe<{ readonly names: readonly string[] }, readonly TypeOffering[]> = {
  via: 'ec2',
  query: ({ names }) => ({ action: 'DescribeInstanceTypeOfferings', filters: { 'instance-type': names } }),
  read: (items) =>
    present(
      (items as readonly { readonly InstanceType?: string; readonly Location?: string }[]).map((item) => ({
        type: item.InstanceType ?? '',
        zone: item.Location ?? '',
      })),
    ),
};

/** Names of the requested key pairs that exist. */
export const keyPairs: Ec2Probe<{ readonly names: readonly string[] }, readonly string[]> = {
  via: 'ec2',
  query: ({ names }) => ({ action: 'DescribeKeyPairs', filters: { 'key-name': names } }),
  read: (items) => present((items as readonly { readonly KeyName?: string }[]).map((item) => item.KeyName ?? '')),
};

/** IDs of running instances whose status checks are still initializing: their sshd may not listen yet. */
export const initializing: Ec2Probe<object, readonly string[]> = {
  via: 'ec2',
  query: () => ({ action: 'DescribeInstanceStatus', filters: { 'instance-status.status': ['initializing'] } }),
  read: (items) => present((items as readonly { readonly InstanceId?: string }[]).map((item) => item.InstanceId ?? '')),
};

interface ApiImage {
  readonly ImageId?: string;
  readonly State?: string;
  readonly RootDeviceName?: string;
  readonly EnaSupport?: boolean;
  readonly Architecture?: string;
}

interface ApiInstanceType {
  readonly InstanceType?: string;
  readonly ProcessorInfo?: { readonly SupportedArchitectures?: readonly string[] };
  readonly VCpuInfo?: { readonly DefaultVCpus?: number };
  readonly NetworkInfo?: {
    readonly EnaSupport?: 'required' | 'supported' | 'unsupported';
    readonly Ipv4AddressesPerInterface?: number;
  };
}
