import type { Cluster, EndpointService } from '../../crds/fleet.ts';
import type { Finding } from '../contract/finding.ts';
import { act, dependsOn, manual, notObserved, settling } from '../contract/remedy.ts';
import type { Subject } from '../contract/subject.ts';
import type { VpcEndpoint } from '../facts/ec2/vpc-endpoints.ts';
import type { Action } from '../operations/actions.ts';
import type { Ec2Input } from '../operations/operation.ts';
import { ec2Step, partTags } from '../shared/ec2-tags.ts';
import { egressParts } from '../shared/egress-state.ts';
import { natGatewayOf, subnetsWithHosts, tableOf } from '../shared/route-tables.ts';
import type { VpcNetworkState } from '../shared/vpc-network.ts';
import type { PartContext } from './desired.ts';
import { allows, endpointRules } from './ingress-rules.ts';
import { adoptedPartUnusable, endpointLacks } from './messages.ts';
import { presenceFindings } from './presence.ts';

/**
 * A VPC endpoint. EC2 has one with private DNS for a service and VPC, and one gateway endpoint for a service and route table, so that none is
 * created twice. Source: AWS PrivateLink Guide, "Access an AWS service using an interface VPC endpoint" and "Gateway endpoints".
 */
export function endpointFindings(context: PartContext): readonly Finding[] {
  const { desired, state, finding } = context;
  const { part, cluster } = desired;
  const service = part.kind === 'endpoint' ? part.service : undefined;
  const origin = service && cluster.network.egress?.endpoints[service];
  if (!service || !origin) return [];
  const field = `endpoint of ${service}`;
  const found = state.egress.endpoint(service);
  const { routeTables } = state;
  // Those of an interface endpoint are none.
  if (service === 's3' && routeTables.state === 'unknown')
    return [finding('NotObserved', field, { have: 'unknown', want: 'available' }, notObserved(routeTables))];
  const place = placeOf(cluster, state, service);
  if (typeof place === 'string') {
    const values = { have: found.state === 'present' ? found.value.id : 'absent', want: 'available' };
    const reason = found.state === 'present' ? 'DependencyNotReady' : 'Missing';
    return [finding(reason, field, values, dependsOn(place))];
  }
  if (found.state !== 'present')
    return presenceFindings(context, field, 'available', found, creation(context, service, place));
  return settingsFindings(context, field, service, found.value, place);
}

/** Where an endpoint has to be: an interface endpoint in subnets, a gateway endpoint in route tables. */
interface EndpointPlace {
  readonly vpcId: string;
  readonly groupId: string;
  readonly subnetIds: readonly string[];
  readonly routeTableIds: readonly string[];
}

/** Or the part of the network that is needed first. */
function placeOf(cluster: Cluster, state: VpcNetworkState, service: EndpointService): EndpointPlace | Subject {
  const { vpc, group, routeTables } = state;
  if (vpc.state !== 'present') return 'network/vpc';
  // Before the name of the API leads to the endpoint, it has to let the VPC in.
  const rules = service === 'ec2' ? endpointRules(cluster) : [];
  const isOpen =
    group.state === 'present' && rules.every((rule) => group.value.ingress.some((one) => allows(one, rule)));
  if (!isOpen) return 'network/security-group';
  const names = subnetsWithHosts(cluster);
  const missing = names.find((name) => state.subnet(name).state !== 'present');
  if (missing !== undefined) return `network/subnet-${missing}`;
  const subnets = names.flatMap((name) => {
    const subnet = state.subnet(name);
    return subnet.state === 'present' ? [{ name, ...subnet.value }] : [];
  });
  const common = { vpcId: vpc.value.id, groupId: group.value.id };
  if (service === 'ec2') {
    const firstOfZone = subnets.filter(({ zone }, index) => subnets.findIndex((one) => one.zone === zone) === index);
    return { ...common, subnetIds: firstOfZone.map(({ id }) => id).sort(), routeTableIds: [] };
  }
  const tables = routeTables.state === 'present' ? routeTables.value : [];
  const waiting = subnets.find(({ name, id }) => {
    const nat = natGatewayOf(cluster, name);
    const isOwn = cluster.network.subnets.some((one) => one.name === name && 'create' in one.origin);
    return nat && isOwn && !tables.some(({ associations }) => associations.some(({ subnetId }) => subnetId === id));
  });
  const nat = waiting && natGatewayOf(cluster, waiting.name);
  if (nat) return `network/route-table-${nat.subnet}`;
  const ids = new Set(subnets.flatMap((subnet) => tableOf(subnet, tables)?.id ?? []));
  // EC2 does not show the main table yet.
  if (ids.size === 0) return 'network/vpc';
  return { ...common, subnetIds: [], routeTableIds: [...ids].sort() };
}

/** Private DNS needs DNS hostnames, which a new VPC has not. Source: AWS PrivateLink Guide, "Enable private DNS names". */
function creation(
  { desired: { cluster } }: PartContext,
  service: EndpointService,
  { vpcId, groupId, subnetIds, routeTableIds }: EndpointPlace,
): readonly Action[] {
  const { vpc } = cluster.network;
  const kind: Ec2Input =
    service === 'ec2'
      ? { VpcEndpointType: 'Interface', PrivateDnsEnabled: true, SubnetIds: subnetIds, SecurityGroupIds: [groupId] }
      : { VpcEndpointType: 'Gateway', RouteTableIds: routeTableIds };
  const create = ec2Step(
    `create ${service === 'ec2' ? 'interface' : 'gateway'} endpoint of ${service}`,
    'CreateVpcEndpoint',
    {
      VpcId: vpcId,
      ServiceName: serviceName(cluster.aws.region, service),
      ...kind,
      TagSpecifications: partTags('vpc-endpoint', cluster, egressParts.endpoint(service)),
    },
  );
  if (service !== 'ec2' || !vpc || 'adopt' in vpc) return [create];
  const enable = ec2Step(`enable DNS hostnames in ${vpcId}`, 'ModifyVpcAttribute', {
    VpcId: vpcId,
    EnableDnsHostnames: { Value: true },
  });
  return [enable, create];
}

function settingsFindings(
  { desired, state, finding }: PartContext,
  field: string,
  service: EndpointService,
  { id, state: have, privateDns, vpcId, subnetIds, routeTableIds, ...endpoint }: VpcEndpoint,
  place: EndpointPlace,
): readonly Finding[] {
  const origin = desired.cluster.network.egress?.endpoints[service];
  const adopted = origin !== undefined && 'adopt' in origin;
  const name = serviceName(desired.cluster.aws.region, service);
  const unusable = (why: string) => manual(adoptedPartUnusable(id, why, `endpoints.${service}`));
  if (state.vpc.state === 'present' && vpcId !== state.vpc.value.id)
    return [finding('VpcDiffers', field, { have: vpcId, want: state.vpc.value.id }, unusable(`is in ${vpcId}`))];
  if (endpoint.service !== name)
    return [
      finding('EndpointDiffers', field, { have: endpoint.service, want: name }, unusable(`is of ${endpoint.service}`)),
    ];
  if (have !== 'available') {
    const passes = have === 'pending' || (have === 'deleting' && !adopted);
    const remedy = passes ? settling(`EC2 reports ${id} as ${have}`) : unusable(`is ${have}`);
    return [finding('NotAvailableYet', field, { have, want: 'available' }, remedy)];
  }
  if (service === 'ec2' && !privateDns)
    return [
      finding(
        'EndpointDiffers',
        field,
        { have: 'without private DNS', want: 'private DNS' },
        manual(endpointLacks(id)),
      ),
    ];
  const lacking = {
    // Any zone may be reached from any other; an adopted one is used as it is.
    AddSubnetIds: adopted ? [] : place.subnetIds.filter((one) => !subnetIds.includes(one)),
    AddRouteTableIds: place.routeTableIds.filter((one) => !routeTableIds.includes(one)),
  };
  const added = Object.entries(lacking).filter(([, ids]) => ids.length);
  if (!added.length) return [];
  const text = added.flatMap(([, ids]) => ids).join(', ');
  const modify = ec2Step(`add ${text} to ${id}`, 'ModifyVpcEndpoint', {
    VpcEndpointId: id,
    ...Object.fromEntries(added),
  });
  const remedy = adopted ? unusable(`has no route in ${text}`) : act([modify]);
  return [finding('EndpointDiffers', field, { have: `not in ${text}`, want: `in ${text}` }, remedy)];
}

/** Source: AWS PrivateLink Guide, "AWS services that integrate with AWS PrivateLink"; in China the names of interface endpoints begin with `cn.`. */
function serviceName(region: string, service: EndpointService): string {
  const prefix = service === 'ec2' && region.startsWith('cn-') ? 'cn.com' : 'com';
  return `${prefix}.amazonaws.${region}.${service}`;
}
