import type { Ec2Filters, Ec2Probe } from '../fact.ts';
import { present } from '../observation.ts';
import type { Instance } from './instance.ts';
import { type ApiTag, tagsOf } from './vpc-network.ts';

/** Items are the SDK's `Instance` objects: with the field names of the EC2 API. */
export const instances: Ec2Probe<{ readonly filters: Ec2Filters }, readonly Instance[]> = {
  via: 'ec2',
  query: ({ filters }) => ({ action: 'DescribeInstances', filters }),
  read: (items) => present((items as readonly ApiInstance[]).map(instanceOf)),
};

interface ApiInstance {
  readonly InstanceId?: string;
  readonly State?: { readonly Name?: string };
  readonly PrivateIpAddress?: string;
  readonly PublicIpAddress?: string;
  readonly SubnetId?: string;
  readonly VpcId?: string;
  readonly Placement?: { readonly AvailabilityZone?: string; readonly GroupName?: string };
  readonly Tags?: readonly ApiTag[];
  readonly InstanceType?: string;
  readonly ImageId?: string;
  readonly MetadataOptions?: { readonly HttpTokens?: string };
  readonly SriovNetSupport?: string;
  readonly EnaSupport?: boolean;
  readonly LaunchTime?: Date;
  readonly StateReason?: { readonly Code?: string; readonly Message?: string };
  readonly NetworkInterfaces?: readonly {
    readonly NetworkInterfaceId?: string;
    readonly MacAddress?: string;
    readonly PrivateIpAddresses?: readonly { readonly PrivateIpAddress?: string }[];
    readonly Ipv4Prefixes?: readonly { readonly Ipv4Prefix?: string }[];
    readonly Attachment?: { readonly DeviceIndex?: number };
  }[];
}

function instanceOf(item: ApiInstance): Instance {
  const primary =
    item.NetworkInterfaces?.find((nic) => nic.Attachment?.DeviceIndex === 0) ?? item.NetworkInterfaces?.[0];
  return {
    instanceId: item.InstanceId ?? '',
    state: item.State?.Name ?? 'unknown',
    privateAddress: item.PrivateIpAddress,
    publicAddress: item.PublicIpAddress || undefined,
    addresses: [
      ...(primary?.PrivateIpAddresses ?? []).map((one) => one.PrivateIpAddress ?? ''),
      ...(primary?.Ipv4Prefixes ?? []).map((one) => one.Ipv4Prefix ?? ''),
    ],
    subnetId: item.SubnetId,
    vpcId: item.VpcId,
    zone: item.Placement?.AvailabilityZone,
    placementGroup: item.Placement?.GroupName || undefined,
    networkInterfaceId: primary?.NetworkInterfaceId,
    macAddress: primary?.MacAddress,
    tags: tagsOf(item.Tags),
    type: item.InstanceType,
    imageId: item.ImageId,
    imdsv2: item.MetadataOptions?.HttpTokens === 'required',
    sriov: item.SriovNetSupport === 'simple',
    ena: item.EnaSupport === true,
    stateReason: reasonOf(item.StateReason),
    launched: item.LaunchTime?.getTime(),
  };
}

/** `CODE: words`. The words mostly begin with the code, but not always. */
function reasonOf({ Code, Message }: NonNullable<ApiInstance['StateReason']> = {}): string | undefined {
  if (!Code || !Message || Message.startsWith(Code)) return Message || Code || undefined;
  return `${Code}: ${Message}`;
}
