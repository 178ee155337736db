import { REGION } from '../topology.ts';
import { Ec2Error } from './errors.ts';
import { find } from './find.ts';
import { groupsFor } from './group-choice.ts';
import { flag, list, type Parameters, required } from './query.ts';
import type { Ec2State, Vpc, VpcEndpoint, VpcSubnet } from './state.ts';

/** The services of the region, and the types of endpoint for them. */
export const SERVICES: { readonly [service: string]: VpcEndpoint['type'] } = {
  [`com.amazonaws.${REGION}.ec2`]: 'Interface',
  [`com.amazonaws.${REGION}.s3`]: 'Gateway',
};

/** The parsed and validated parameters of CreateVpcEndpoint. */
export interface EndpointRequest {
  readonly vpc: Vpc;
  readonly service: string;
  readonly type: VpcEndpoint['type'];
  readonly subnets: readonly VpcSubnet[];
  readonly groupIds: readonly string[];
  readonly privateDns: boolean;
  readonly routeTableIds: readonly string[];
}

export function endpointRequest(state: Ec2State, parameters: Parameters): EndpointRequest {
  const vpc = find.vpc(state, required(parameters, 'VpcId'));
  const service = required(parameters, 'ServiceName');
  const type = typeAsked(service, parameters.get('VpcEndpointType') ?? 'Gateway');
  if (type === 'Gateway') {
    const routeTableIds = list(parameters, 'RouteTableId');
    checkRouteTables(state, vpc, service, routeTableIds);
    return { vpc, service, type, subnets: [], groupIds: [], privateDns: false, routeTableIds };
  }
  const privateDns = !parameters.has('PrivateDnsEnabled') || flag(parameters, 'PrivateDnsEnabled');
  if (privateDns) checkPrivateDns(state, vpc, service);
  const subnets = subnetsAsked(state, vpc, list(parameters, 'SubnetId'));
  const groupIds = groupsFor(state, list(parameters, 'SecurityGroupId'), { vpcId: vpc.id, id: vpc.id });
  return { vpc, service, type, subnets, groupIds, privateDns, routeTableIds: [] };
}

/** The subnets of an interface endpoint, with those that it has already: at most one a zone. */
export function subnetsAsked(
  state: Ec2State,
  vpc: Vpc,
  ids: readonly string[],
  have: readonly VpcSubnet[] = [],
): readonly VpcSubnet[] {
  const subnets = ids.map((id) => find.subnet(state, id));
  const foreign = subnets.find((one) => one.vpcId !== vpc.id);
  if (foreign !== undefined)
    throw new Ec2Error('InvalidParameter', `Subnet ${foreign.id} and VPC ${vpc.id} belong to different networks.`);
  const all = [...have, ...subnets];
  const twin = all.find((one, index) => all.findIndex((other) => other.zone === one.zone) !== index);
  if (twin === undefined) return subnets;
  throw new Ec2Error(
    'DuplicateSubnetsInSameZone',
    `Found another VPC endpoint subnet in the availability zone of ${twin.id}. VPC endpoint subnets should be in different availability zones supported by the VPC endpoint service.`,
  );
}

/** Throws EC2's error for a table of another VPC, or one that has an endpoint for the service already. */
export function checkRouteTables(state: Ec2State, vpc: Vpc, service: string, ids: readonly string[]): void {
  for (const id of ids) {
    if (find.routeTable(state, id).vpcId !== vpc.id)
      throw new Ec2Error('InvalidParameter', `Route table ${id} and VPC ${vpc.id} belong to different networks.`);
    if (state.endpoints.some((one) => one.service === service && one.routeTableIds.includes(id)))
      throw new Ec2Error(
        'RouteAlreadyExists',
        `route table ${id} already has a route with destination-prefix-list-id of ${service}`,
      );
  }
}

function typeAsked(service: string, asked: string): VpcEndpoint['type'] {
  const type = Object.hasOwn(SERVICES, service) ? SERVICES[service] : undefined;
  if (type === undefined)
    throw new Ec2Error('InvalidServiceName', `The Vpc Endpoint Service '${service}' does not exist`);
  if (type === asked) return type;
  throw new Ec2Error(
    'InvalidParameter',
    `Endpoint type (${asked}) does not match available service types ([${type}]).`,
  );
}

function checkPrivateDns(state: Ec2State, vpc: Vpc, service: string): void {
  if (!vpc.dnsSupport || !vpc.dnsHostnames)
    throw new Ec2Error(
      'InvalidParameter',
      `Enabling private DNS requires both enableDnsSupport and enableDnsHostnames VPC attributes set to true for ${vpc.id}`,
    );
  const name = `${service.split('.').at(-1)}.${REGION}.amazonaws.com`;
  if (state.endpoints.some((one) => one.vpcId === vpc.id && one.service === service && one.privateDns))
    throw new Ec2Error(
      'InvalidParameter',
      `private-dns-enabled cannot be set because there is already a conflicting DNS domain for ${name} in the VPC ${vpc.id}`,
    );
}
