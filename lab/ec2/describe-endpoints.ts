import { ACCOUNT_ID, REGION } from '../topology.ts';
import { groupSet } from './interfaces.ts';
import { described, type Listing, tagSet } from './listing.ts';
import type { Ec2State, VpcEndpoint } from './state.ts';
import type { Xml } from './xml.ts';

const ENDPOINTS: Listing<VpcEndpoint> = {
  set: 'vpcEndpointSet',
  ids: 'VpcEndpointId',
  prefix: 'vpce',
  id: (row) => row.id,
  rows: (state) => state.endpoints,
  fields: () => ({
    'ip-address-type': () => ['ipv4'],
    'service-name': (row) => [row.service],
    'vpc-endpoint-id': (row) => [row.id],
    'vpc-endpoint-state': (row) => [row.state],
    'vpc-endpoint-type': (row) => [row.type],
    'vpc-id': (row) => [row.vpcId],
  }),
  xml: endpointXml,
};

export const describeVpcEndpoints = described(ENDPOINTS);

/** An endpoint, as CreateVpcEndpoint and DescribeVpcEndpoints show it. */
export function endpointXml(state: Ec2State, row: VpcEndpoint): Xml {
  return {
    vpcEndpointId: row.id,
    vpcEndpointType: row.type,
    vpcId: row.vpcId,
    serviceName: row.service,
    state: row.state,
    routeTableIdSet: row.routeTableIds,
    subnetIdSet: row.subnetIds,
    groupSet: groupSet(state, row.groupIds),
    ipAddressType: 'ipv4',
    privateDnsEnabled: row.privateDns,
    requesterManaged: false,
    networkInterfaceIdSet: row.interfaceIds,
    dnsEntrySet: dnsNames(row).map((dnsName) => ({ dnsName, hostedZoneId: 'Z0LAB00000000' })),
    creationTimestamp: row.created.toISOString(),
    ownerId: ACCOUNT_ID,
    tagSet: tagSet(state, row.id),
  };
}

/** Its own name, and with private DNS that of the service; neither can be resolved, because a lab has no DNS. */
function dnsNames({ id, service, type, privateDns }: VpcEndpoint): readonly string[] {
  if (type === 'Gateway') return [];
  const name = `${service.split('.').at(-1)}.${REGION}`;
  return [`${id}-00000000.${name}.vpce.amazonaws.com`, ...(privateDns ? [`${name}.amazonaws.com`] : [])];
}
