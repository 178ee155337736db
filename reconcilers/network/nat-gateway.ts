import type { NatGatewaySpec } from '../../crds/fleet.ts';
import type { Finding } from '../contract/finding.ts';
import { act, dependsOn, manual, notObserved, settling } from '../contract/remedy.ts';
import type { Subject } from '../contract/subject.ts';
import type { ElasticAddress } from '../facts/ec2/elastic-addresses.ts';
import type { NatGateway } from '../facts/ec2/nat-gateways.ts';
import type { Action } from '../operations/actions.ts';
import { ec2Step, partTags } from '../shared/ec2-tags.ts';
import { egressParts } from '../shared/egress-state.ts';
import { defaultRouteText, leadsTo, tableOf } from '../shared/route-tables.ts';
import type { PartContext } from './desired.ts';
import { adoptedPartUnusable, natAddressInUse, routeOfNatSubnet, transientConflict } from './messages.ts';
import { presenceFindings } from './presence.ts';

/**
 * A NAT gateway, with an Elastic IP address of its own. The address keeps it from being created twice: EC2 lets a gateway fail whose address
 * is in use. Source: Amazon VPC User Guide, "Troubleshoot NAT gateways".
 */
export function natGatewayFindings(context: PartContext): readonly Finding[] {
  const { desired, state, finding } = context;
  const { part, cluster } = desired;
  const declared = cluster.network.egress?.natGateways.find(
    ({ subnet }) => part.kind === 'nat-gateway' && subnet === part.subnet,
  );
  if (!declared) return [];
  const { subnet, origin } = declared;
  const field = `NAT gateway in subnet ${subnet}`;
  const found = state.egress.natGateway(declared);
  if (found.state === 'present')
    return [
      ...stateFindings(context, found.value, field, 'adopt' in origin),
      ...routeFindings(context, subnet),
      ...('create' in origin ? duplicateFindings(context, subnet, found.value) : []),
    ];
  if (found.state !== 'absent') return presenceFindings(context, field, 'available', found, []);
  const { failure } = state.egress.failed(subnet) ?? {};
  const values = { have: failure === undefined ? 'absent' : `failed: ${failure}`, want: 'available' };
  const needed = neededBefore(context, subnet);
  if (needed) return [finding('Missing', field, values, dependsOn(needed))];
  const addresses = state.egress.created.natAddresses(subnet);
  if (addresses.state !== 'present') return [finding('NotObserved', field, values, notObserved(addresses))];
  const [address] = addresses.value;
  if (address?.boundTo) return [addressInUse(context, field, values, subnet, address)];
  return [finding('Missing', field, values, act([creation(context, declared, address?.id)]))];
}

/** By a gateway that EC2 is still deleting; or by one without our tags, or by something else, which nobody here may touch. */
function addressInUse(
  { desired, state, finding }: PartContext,
  field: string,
  values: { readonly have: string; readonly want: string },
  subnet: string,
  { id, publicIp, boundTo }: ElasticAddress,
): Finding {
  if (state.egress.holds(id))
    return finding('NotAvailableYet', field, values, settling(`EC2 is still ending what has its address ${publicIp}`));
  const { name } = desired.cluster;
  const message = natAddressInUse(publicIp, boundTo?.networkInterfaceId ?? '', name, egressParts.natGateway(subnet));
  const remedy = desired.noHostRunning ? settling(transientConflict(message)) : manual(message);
  return finding('ClusterTagMissing', field, values, remedy);
}

/** EC2 lets a NAT gateway fail in a VPC without an internet gateway. */
function neededBefore({ desired, state }: PartContext, subnet: string): Subject | undefined {
  const { vpc, gateways } = state;
  if (vpc.state !== 'present') return 'network/vpc';
  if (state.subnet(subnet).state !== 'present') return `network/subnet-${subnet}`;
  const isAttached = gateways.state === 'present' && gateways.value.some(({ vpcIds }) => vpcIds.includes(vpc.value.id));
  return desired.cluster.network.internetGateway && !isAttached ? 'network/internet-gateway' : undefined;
}

/** First its address, then itself. */
function creation({ desired, state }: PartContext, { subnet }: NatGatewaySpec, allocation: string | undefined): Action {
  const tags = (resource: string) => partTags(resource, desired.cluster, egressParts.natGateway(subnet));
  const place = state.subnet(subnet);
  if (allocation === undefined)
    return ec2Step(`allocate an Elastic IP address for the NAT gateway in subnet ${subnet}`, 'AllocateAddress', {
      Domain: 'vpc',
      TagSpecifications: tags('elastic-ip'),
    });
  return ec2Step(`create NAT gateway in subnet ${subnet} with ${allocation}`, 'CreateNatGateway', {
    SubnetId: place.state === 'present' ? place.value.id : '',
    AllocationId: allocation,
    TagSpecifications: tags('natgateway'),
  });
}

function stateFindings(
  { state, finding }: PartContext,
  { id, state: have, vpcId, failure }: NatGateway,
  field: string,
  adopted: boolean,
): readonly Finding[] {
  if (state.vpc.state === 'present' && vpcId !== state.vpc.value.id) {
    const values = { have: vpcId, want: state.vpc.value.id };
    return [finding('VpcDiffers', field, values, manual(adoptedPartUnusable(id, `is in ${vpcId}`, 'natGateways')))];
  }
  if (have === 'available') return [];
  const values = { have: failure === undefined ? have : `${have}: ${failure}`, want: 'available' };
  const lasts = adopted && have !== 'pending';
  const remedy = lasts
    ? manual(adoptedPartUnusable(id, `is ${have}`, 'natGateways'))
    : settling(`EC2 reports ${id} as ${have}: that takes a minute or two`);
  return [finding('NotAvailableYet', field, values, remedy)];
}

/** Its own packets leave by the internet gateway. The route in the main table of a created VPC belongs to the internet gateway. */
function routeFindings({ state, finding }: PartContext, name: string): readonly Finding[] {
  const { gateways, routeTables } = state;
  const subnet = state.subnet(name);
  if (gateways.state !== 'present' || routeTables.state !== 'present' || subnet.state !== 'present') return [];
  const gateway = gateways.value.find(({ vpcIds }) => vpcIds.includes(subnet.value.vpcId));
  const table = tableOf(subnet.value, routeTables.value);
  if (!gateway || !table || table.main || leadsTo(table, gateway.id)) return [];
  const values = { have: defaultRouteText(table), want: gateway.id };
  const remedy = manual(routeOfNatSubnet(name, table.id, gateway.id));
  return [finding('EgressRouteDiffers', `default route of subnet ${name}`, values, remedy)];
}

function duplicateFindings({ state, finding }: PartContext, subnet: string, kept: NatGateway): readonly Finding[] {
  const { natGateways, natAddresses } = state.egress.created;
  const [gateways, addresses] = [natGateways(subnet), natAddresses(subnet)];
  const twins = (gateways.state === 'present' ? gateways.value : []).filter(
    (one) => one.id !== kept.id && one.state !== 'deleting',
  );
  const spare = (addresses.state === 'present' ? addresses.value : []).filter(
    (one) => !kept.allocationIds.includes(one.id) && !one.boundTo,
  );
  return [
    ...twins.map(({ id }) => {
      const remove = ec2Step(`delete duplicate NAT gateway ${id}`, 'DeleteNatGateway', { NatGatewayId: id });
      return finding('Duplicate', `NAT gateway ${id}`, duplicateOf(kept.id), act([remove]));
    }),
    ...(twins.length ? [] : spare).map(({ id, publicIp }) => {
      const release = ec2Step(`release spare Elastic IP address ${publicIp}`, 'ReleaseAddress', { AllocationId: id });
      return finding('Duplicate', `Elastic IP address ${publicIp}`, duplicateOf(kept.id), act([release]));
    }),
  ];
}

function duplicateOf(kept: string) {
  return { have: `beside ${kept}`, want: 'absent' };
}
