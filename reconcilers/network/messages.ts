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

export function routeLeftAlone(tableId: string, gatewayId: string): string {
  return `${tableId} is left as it is; to have its default route managed, declare spec.network.egress; otherwise hosts in its subnets reach the internet by that route, or not at all, and not by ${gatewayId}`;
}

export function subnetRoutedElsewhere(subnet: string, tableId: string, gatewayId: string): string {
  return `subnet ${subnet} uses ${tableId}, which is not managed here, and the public addresses of its hosts are of no use without a default route to ${gatewayId}: set one (aws ec2 replace-route --route-table-id ${tableId} --destination-cidr-block 0.0.0.0/0 --gateway-id ${gatewayId}; create-route if there is none), or remove the association of the subnet with the table`;
}

export function ruleInAdoptedGroup(groupId: string): string {
  return `the security group is adopted and is not modified; add the rule to ${groupId}, or use \`create: true\``;
}
