import type { Ec2Probe } from '../fact.ts';
import { present } from '../observation.ts';
import { type ApiTag, tagsOf } from './vpc-network.ts';

/** A network interface with one of the requested addresses. */
export interface NetworkInterface {
  readonly networkInterfaceId: string;
  /** Undefined: not attached. */
  readonly instanceId: string | undefined;
  readonly subnetId: string | undefined;
  readonly vpcId: string | undefined;
  readonly addresses: readonly { readonly address: string; readonly primary: boolean }[];
  /** `in-use`, `available` … */
  readonly status: string;
  readonly tags: Readonly<Record<string, string>>;
  readonly groupIds: readonly string[];
  /** If true, packets that are not from or to one of its addresses are dropped. */
  readonly sourceDestCheck: boolean;
  readonly attachmentId: string | undefined;
  /** It is deleted with its instance. */
  readonly deleteOnTermination: boolean;
}

/** One call for all addresses. The same private address may exist in another VPC, so callers must check vpcId. */
export const networkInterfaces: Ec2Probe<{ readonly addresses: readonly string[] }, readonly NetworkInterface[]> = {
  via: 'ec2',
  query: ({ addresses }) => ({
    action: 'DescribeNetworkInterfaces',
    filters: { 'addresses.private-ip-address': addresses },
  }),
  read: (items) => present((items as readonly ApiInterface[]).map(networkInterfaceOf)),
};

/** The SDK's NetworkInterface, with the field names of the EC2 API. */
interface ApiInterface {
  readonly NetworkInterfaceId?: string;
  readonly SubnetId?: string;
  readonly VpcId?: string;
  readonly Attachment?: {
    readonly InstanceId?: string;
    readonly AttachmentId?: string;
    readonly DeleteOnTermination?: boolean;
  };
  readonly Status?: string;
  readonly TagSet?: readonly ApiTag[];
  readonly Groups?: readonly { readonly GroupId?: string }[];
  readonly SourceDestCheck?: boolean;
  readonly PrivateIpAddresses?: readonly { readonly PrivateIpAddress?: string; readonly Primary?: boolean }[];
}

function networkInterfaceOf(item: ApiInterface): NetworkInterface {
  return {
    networkInterfaceId: item.NetworkInterfaceId ?? '',
    instanceId: item.Attachment?.InstanceId,
    subnetId: item.SubnetId,
    vpcId: item.VpcId,
    addresses: (item.PrivateIpAddresses ?? []).map((one) => ({
      address: one.PrivateIpAddress ?? '',
      primary: one.Primary === true,
    })),
    status: item.Status ?? 'unknown',
    tags: tagsOf(item.TagSet),
    groupIds: (item.Groups ?? []).map((group) => group.GroupId ?? '').sort(),
    sourceDestCheck: item.SourceDestCheck !== false,
    attachmentId: item.Attachment?.AttachmentId,
    deleteOnTermination: item.Attachment?.DeleteOnTermination === true,
  };
}
