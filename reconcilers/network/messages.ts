import { restorePartTags } from '../shared/ec2-tags.ts';

/** What to do about a finding of this component, where that takes more than a few words. */

export function transientConflict(message: string): string {
  return `it may be new, and EC2 may not show its tags yet. If this persists: ${message}`;
}

export function subnetIsFixed(id: string, field: string, have: string): string {
  return `${id} has the ${field} ${have}, which a subnet cannot change; declare ${have}, or declare another subnet`;
}

export function vpcRangeIsFixed(have: string): string {
  return `a VPC cannot change its CIDR; declare ${have} as spec.network.vpcCidr, or adopt another VPC`;
}

export function attachGateway(id: string, vpcId: string): string {
  return `attach it (aws ec2 attach-internet-gateway --internet-gateway-id ${id} --vpc-id ${vpcId})`;
}

export function adoptedGatewayNotFound(adoption: string, vpcId: string): string {
  return `no internet gateway ${adoption} is detached or attached to ${vpcId}; correct spec.network.internetGateway.adopt`;
}

export function routeInAdoptedVpc(destination: string, gatewayId: string, tableId: string): string {
  return `the VPC is adopted and is not modified; add the route ${destination} to ${gatewayId} in ${tableId}, or remove spec.network.internetGateway`;
}

export function routeInUse(tableId: string, gatewayId: string): string {
  return `hosts run, and those without a public address may reach the EC2 API by this route only. Once each has another way, lead it to the gateway: aws ec2 replace-route --route-table-id ${tableId} --destination-cidr-block 0.0.0.0/0 --gateway-id ${gatewayId}`;
}

export function routeLeftAlone(tableId: string, gatewayId: string): string {
  return `${tableId} is left as it is; to have its default route managed, declare spec.network.egress; otherwise hosts in its subnets reach the internet by that route, or not at all, and not by ${gatewayId}`;
}

export function subnetRoutedElsewhere(subnet: string, tableId: string, gatewayId: string): string {
  return `subnet ${subnet} uses ${tableId}, which is not managed here, and the public addresses of its hosts are of no use without a default route to ${gatewayId}: set one (aws ec2 replace-route --route-table-id ${tableId} --destination-cidr-block 0.0.0.0/0 --gateway-id ${gatewayId}; create-route if there is none), or remove the association of the subnet with the table`;
}

export function routeOfNatSubnet(subnet: string, tableId: string, gatewayId: string): string {
  return `subnet ${subnet} uses ${tableId}, which is not managed here, and its NAT gateway reaches the internet only by ${gatewayId}: set its default route (aws ec2 replace-route --route-table-id ${tableId} --destination-cidr-block 0.0.0.0/0 --gateway-id ${gatewayId}; create-route if there is none)`;
}

export function natAddressInUse(address: string, interfaceId: string, cluster: string, part: string): string {
  return `its address ${address} is associated with ${interfaceId}, and no NAT gateway with the tags of this Cluster has it. If a NAT gateway of this Cluster lost its tags, restore them (${restorePartTags('NAT_ID', cluster, part)}); otherwise disassociate the address from what has it`;
}

export function subnetInOtherTable(subnet: string, tableId: string): string {
  return `subnet ${subnet} is associated with ${tableId}, which is not managed here: remove that association (aws ec2 disassociate-route-table), or set the default route there and remove the subnet from \`serves\``;
}

export function subnetNotByNat(subnet: string, tableId: string, gatewayId: string): string {
  return `the subnet is adopted and its route table is not modified: point its default route at the NAT gateway (aws ec2 replace-route --route-table-id ${tableId} --destination-cidr-block 0.0.0.0/0 --nat-gateway-id ${gatewayId}; create-route if there is none), or remove ${subnet} from \`serves\``;
}

export function adoptedPartUnusable(id: string, why: string, field: string): string {
  return `${id} ${why}; correct spec.network.egress.${field}`;
}

export function endpointLacks(id: string): string {
  return `without it the name of the EC2 API leads to the internet. Once its security groups let the VPC in at TCP 443: aws ec2 modify-vpc-endpoint --vpc-endpoint-id ${id} --private-dns-enabled`;
}

export function ruleInAdoptedGroup(groupId: string): string {
  return `the security group is adopted and is not modified; add the rule to ${groupId}, or use \`create: true\``;
}
