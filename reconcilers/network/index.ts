import type { ClusterNetwork } from '../../crds/fleet.ts';
import { type Finding, findingsAbout } from '../contract/finding.ts';
import { bind } from '../contract/reconciler.ts';
import type { Tagged } from '../facts/ec2/vpc-network.ts';
import type { Observation } from '../facts/observation.ts';
import { declaredTagFindings, isOwnedBy } from '../shared/ec2-tags.ts';
import type { PartState } from '../shared/part-state.ts';
import { type VpcNetworkState, vpcNetworkState } from '../shared/vpc-network.ts';
import { type DesiredPart, desiredParts, type Part, type PartContext, partFacts } from './desired.ts';
import { egressFindings } from './egress.ts';
import { endpointFindings } from './endpoint.ts';
import { gatewayFindings } from './gateway.ts';
import { groupFindings } from './group.ts';
import { natGatewayFindings } from './nat-gateway.ts';
import { routeTableFindings } from './route-table.ts';
import { subnetFindings } from './subnet.ts';
import { vpcFindings } from './vpc.ts';

const diffs: { readonly [K in Part['kind']]: (context: PartContext) => readonly Finding[] } = {
  vpc: vpcFindings,
  'internet-gateway': gatewayFindings,
  egress: egressFindings,
  'nat-gateway': natGatewayFindings,
  'route-table': routeTableFindings,
  endpoint: endpointFindings,
  subnet: subnetFindings,
  'security-group': groupFindings,
};

/**
 * VPC, subnets, gateways, route tables, endpoints and security group: created where they are missing, or adopted and only read. Nothing is deleted here
 * but duplicates that were created here.
 */
export const network = bind<DesiredPart, ReturnType<typeof partFacts>>({
  component: 'network',
  desire: desiredParts,
  facts: partFacts,
  diff: (desired, observed) => {
    const { part, cluster, noHostRunning, subject } = desired;
    const state = vpcNetworkState(cluster, noHostRunning, observed);
    // Without knowing the VPC, nothing can be said about what is in it.
    const isKnown = state.vpc.state === 'present' || state.vpc.state === 'absent' || part.kind === 'vpc';
    if (!isKnown) return [];
    return [...diffs[part.kind]({ desired, state, finding: findingsAbout(subject) }), ...tagFindings(desired, state)];
  },
});

/** The declared tags of a part that was created here; an adopted one is only read. */
function tagFindings({ part, cluster, subject }: DesiredPart, state: VpcNetworkState): readonly Finding[] {
  const { gateways } = state;
  const shown = (one: PartState<Tagged>) => (one.state === 'present' ? [one.value] : []);
  const all = (list: Observation<readonly Tagged[]>) => (list.state === 'present' ? list.value : []);
  const { created } = state.egress;
  const of: { readonly [K in Part['kind']]: () => readonly Tagged[] } = {
    vpc: () => shown(state.vpc),
    'internet-gateway': () => all(gateways),
    // Nothing is created for it.
    egress: () => [],
    'nat-gateway': () =>
      part.kind === 'nat-gateway'
        ? [...all(created.natGateways(part.subnet)), ...all(created.natAddresses(part.subnet))]
        : [],
    'route-table': () => (part.kind === 'route-table' ? all(created.routeTables(part.subnet)) : []),
    endpoint: () => (part.kind === 'endpoint' ? all(created.endpoints(part.service)) : []),
    subnet: () => (part.kind === 'subnet' ? shown(state.subnet(part.subnet)) : []),
    'security-group': () => shown(state.group),
  };
  if (!mayBeCreated(cluster.network, part)) return [];
  return of[part.kind]()
    .filter((one) => isOwnedBy(one, cluster.name))
    .flatMap(({ id, tags }) => declaredTagFindings(cluster, subject, id, tags));
}

/** What was created for the way out is known by its tag. */
function mayBeCreated({ vpc, internetGateway, subnets, securityGroup }: ClusterNetwork, part: Part): boolean {
  const created = { create: true } as const;
  const origins = {
    vpc,
    'internet-gateway': internetGateway,
    egress: undefined,
    'nat-gateway': created,
    'route-table': created,
    endpoint: created,
    subnet: subnets.find(({ name }) => part.kind === 'subnet' && name === part.subnet)?.origin,
    'security-group': securityGroup?.origin,
  };
  const origin = origins[part.kind];
  return origin !== undefined && 'create' in origin;
}
