import type { Ec2Filters, Ec2Probe } from '../fact.ts';
import { present } from '../observation.ts';
import { type ApiTag, type Tagged, tagsOf } from './vpc-network.ts';

export interface NatGateway extends Tagged {
  readonly vpcId: string;
  readonly subnetId: string;
  /** `pending`, `failed`, `available`, `deleting` or `deleted`. EC2 shows one that is deleted or has failed for about an hour. */
  readonly state: string;
  /** Why it has failed: a code and a message. */
  readonly failure: string | undefined;
  /** Of its Elastic IP addresses. */
  readonly allocationIds: readonly string[];
}

/** NAT gateways that match the filters. */
export const natGateways: Ec2Probe<{ readonly filters: Ec2Filters }, readonly NatGateway[]> = {
  via: 'ec2',
  query: ({ filters }) => ({ action: 'DescribeNatGateways', filters }),
  read: (items) => present((items as readonly ApiNatGateway[]).map(gatewayOf)),
};

/** The SDK's NatGateway, with the field names of the EC2 API. */
interface ApiNatGateway {
  readonly NatGatewayId?: string;
  readonly VpcId?: string;
  readonly SubnetId?: string;
  readonly State?: string;
  readonly FailureCode?: string;
  readonly FailureMessage?: string;
  readonly NatGatewayAddresses?: readonly { readonly AllocationId?: string }[];
  readonly Tags?: readonly ApiTag[];
}

function gatewayOf(item: ApiNatGateway): NatGateway {
  const { FailureCode, FailureMessage = '' } = item;
  return {
    id: item.NatGatewayId ?? '',
    tags: tagsOf(item.Tags),
    vpcId: item.VpcId ?? '',
    subnetId: item.SubnetId ?? '',
    state: item.State ?? 'unknown',
    failure: FailureCode === undefined ? undefined : `${FailureCode}: ${FailureMessage}`,
    allocationIds: (item.NatGatewayAddresses ?? []).flatMap((one) => one.AllocationId ?? []),
  };
}
