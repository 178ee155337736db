import { present } from '../observation.ts';
import { type ApiTag, tagsOf } from './ground.ts';
import type { Ec2Sense } from './sense.ts';

/** A network interface that has one of the addresses asked for. */
export interface AddressOwner {
  readonly networkInterfaceId: string;
  /** Undefined: attached to no instance. */
  readonly instanceId: string | undefined;
  readonly subnetId: string | undefined;
  readonly vpcId: string | undefined;
  readonly addresses: readonly { readonly address: string; readonly primary: boolean }[];
  /** `in-use`, `available` … */
  readonly status: string;
  readonly tags: Readonly<Record<string, string>>;
  readonly groupIds: readonly string[];
  /** Packets that are not from or to one of its addresses are dropped. */
  readonly sourceDestCheck: boolean;
  readonly attachmentId: string | undefined;
  /** It goes with its instance. */
  readonly deleteOnTermination: boolean;
}

/** One call for all addresses. The same private address may be there in another VPC: readers look at vpcId. */
export const addressOwner: Ec2Sense<{ readonly addresses: readonly string[] }, readonly AddressOwner[]> = {
  via: 'ec2',
  query: ({ addresses }) => ({
    action: 'DescribeNetworkInterfaces',
    filters: { 'addresses.private-ip-address': addresses },
  }),
  read: (items) => present((items as readonly ApiInterface[]).map(ownerOf)),
};

/** The SDK's NetworkInterface, by the EC2 API's own names. */
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

function ownerOf(item: ApiInterface): AddressOwner {
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
