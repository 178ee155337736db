import { present } from '../observation.ts';
import type { Ec2Sense } from './sense.ts';

/** An AMI, as far as an instance is made from it. */
export interface Image {
  readonly id: string;
  readonly state: string;
  /** Such as /dev/xvda: whose size a new instance's root disk overrides. */
  readonly rootDevice: string;
  readonly ena: boolean;
}

/** What an instance type can do. */
export interface InstanceType {
  readonly name: string;
  readonly ena: 'required' | 'supported' | 'unsupported';
}

/** By filter, so that one that is not there is absent from the list and not an error. */
export const images: Ec2Sense<{ readonly ids: readonly string[] }, readonly Image[]> = {
  via: 'ec2',
  query: ({ ids }) => ({ action: 'DescribeImages', filters: { 'image-id': ids } }),
  read: (items) =>
    present(
      (items as readonly ApiImage[]).map((item) => ({
        id: item.ImageId ?? '',
        state: item.State ?? 'unknown',
        rootDevice: item.RootDeviceName ?? '/dev/xvda',
        ena: item.EnaSupport === true,
      })),
    ),
};

export const instanceTypes: Ec2Sense<{ readonly names: readonly string[] }, readonly InstanceType[]> = {
  via: 'ec2',
  query: ({ names }) => ({ action: 'DescribeInstanceTypes', filters: { 'instance-type': names } }),
  read: (items) =>
    present(
      (items as readonly ApiInstanceType[]).map((item) => ({
        name: item.InstanceType ?? '',
        ena: item.NetworkInfo?.EnaSupport ?? 'unsupported',
      })),
    ),
};

/** Names of the key pairs that exist, of those asked for. */
export const keyPairs: Ec2Sense<{ readonly names: readonly string[] }, readonly string[]> = {
  via: 'ec2',
  query: ({ names }) => ({ action: 'DescribeKeyPairs', filters: { 'key-name': names } }),
  read: (items) => present((items as readonly { readonly KeyName?: string }[]).map((item) => item.KeyName ?? '')),
};

/** Ids of instances that run and whose first status checks are not over: their sshd may not listen yet. */
export const initializing: Ec2Sense<object, readonly string[]> = {
  via: 'ec2',
  query: () => ({ action: 'DescribeInstanceStatus', filters: { 'instance-status.status': ['initializing'] } }),
  read: (items) => present((items as readonly { readonly InstanceId?: string }[]).map((item) => item.InstanceId ?? '')),
};

interface ApiImage {
  readonly ImageId?: string;
  readonly State?: string;
  readonly RootDeviceName?: string;
  readonly EnaSupport?: boolean;
}

interface ApiInstanceType {
  readonly InstanceType?: string;
  readonly NetworkInfo?: { readonly EnaSupport?: 'required' | 'supported' | 'unsupported' };
}
