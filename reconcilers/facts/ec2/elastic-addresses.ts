import type { Ec2Filters, Ec2Probe } from '../fact.ts';
import { present } from '../observation.ts';
import { type ApiTag, type Tagged, tagsOf } from './vpc-network.ts';

/** An Elastic IP address; its id is that of its allocation. */
export interface ElasticAddress extends Tagged {
  readonly publicIp: string;
  /** The interface and the private address that it is bound to. Undefined: it is not bound. */
  readonly boundTo: { readonly networkInterfaceId: string; readonly address: string } | undefined;
}

export const elasticAddresses: Ec2Probe<{ readonly filters: Ec2Filters }, readonly ElasticAddress[]> = {
  via: 'ec2',
  query: ({ filters }) => ({ action: 'DescribeAddresses', filters }),
  read: (items) => present((items as readonly ApiAddress[]).map(addressOf)),
};

/** The SDK's Address, with the field names of the EC2 API. */
interface ApiAddress {
  readonly AllocationId?: string;
  readonly PublicIp?: string;
  readonly AssociationId?: string;
  readonly NetworkInterfaceId?: string;
  readonly PrivateIpAddress?: string;
  readonly Tags?: readonly ApiTag[];
}

function addressOf(item: ApiAddress): ElasticAddress {
  const { AssociationId, NetworkInterfaceId = '', PrivateIpAddress = '' } = item;
  return {
    id: item.AllocationId ?? '',
    tags: tagsOf(item.Tags),
    publicIp: item.PublicIp ?? '',
    boundTo: AssociationId ? { networkInterfaceId: NetworkInterfaceId, address: PrivateIpAddress } : undefined,
  };
}
