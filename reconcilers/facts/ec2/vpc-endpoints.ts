import type { Ec2Filters, Ec2Probe } from '../fact.ts';
import { present } from '../observation.ts';
import { type ApiTag, type Tagged, tagsOf } from './vpc-network.ts';

export interface VpcEndpoint extends Tagged {
  readonly vpcId: string;
  /** `com.amazonaws.eu-central-1.ec2`. */
  readonly service: string;
  /** In lower case: EC2 has answered `Available` and `available`. */
  readonly state: string;
  /** The service's own name leads to it, within the VPC. */
  readonly privateDns: boolean;
  readonly subnetIds: readonly string[];
  readonly routeTableIds: readonly string[];
}

/** VPC endpoints that match the filters. */
export const vpcEndpoints: Ec2Probe<{ readonly filters: Ec2Filters }, readonly VpcEndpoint[]> = {
  via: 'ec2',
  query: ({ filters }) => ({ action: 'DescribeVpcEndpoints', filters }),
  read: (items) => present((items as readonly ApiVpcEndpoint[]).map(endpointOf)),
};

/** The SDK's VpcEndpoint, with the field names of the EC2 API. */
interface ApiVpcEndpoint {
  readonly VpcEndpointId?: string;
  readonly VpcId?: string;
  readonly ServiceName?: string;
  readonly State?: string;
  readonly PrivateDnsEnabled?: boolean;
  readonly SubnetIds?: readonly string[];
  readonly RouteTableIds?: readonly string[];
  readonly Tags?: readonly ApiTag[];
}

function endpointOf(item: ApiVpcEndpoint): VpcEndpoint {
  return {
    id: item.VpcEndpointId ?? '',
    tags: tagsOf(item.Tags),
    vpcId: item.VpcId ?? '',
    service: item.ServiceName ?? '',
    state: (item.State ?? 'unknown').toLowerCase(),
    privateDns: item.PrivateDnsEnabled === true,
    subnetIds: [...(item.SubnetIds ?? [])].sort(),
    routeTableIds: [...(item.RouteTableIds ?? [])].sort(),
  };
}
