import { type Cluster, type EndpointService, endpointServices, type Fleet, type TenantName } from '../../crds/fleet.ts';
import type { FindingBuilder } from '../contract/finding.ts';
import type { Inventory } from '../contract/inventory.ts';
import type { Desired } from '../contract/reconciler.ts';
import type { Subject } from '../contract/subject.ts';
import type { VpcNetworkState } from '../shared/vpc-network.ts';
import { vpcNetworkFacts } from '../shared/vpc-network-facts.ts';

export type Part =
  | { readonly kind: 'vpc' | 'internet-gateway' | 'egress' | 'security-group' }
  | { readonly kind: 'subnet'; readonly subnet: string }
  /** By the subnet that the NAT gateway is in. */
  | { readonly kind: 'nat-gateway' | 'route-table'; readonly subnet: string }
  | { readonly kind: 'endpoint'; readonly service: EndpointService };

/** One part of the VPC network around the hosts. */
export interface DesiredPart extends Desired {
  readonly part: Part;
  readonly cluster: Cluster;
  /** The ports on which the proxies serve clients, by Tenant. */
  readonly ports: readonly { readonly tenant: TenantName; readonly port: number }[];
  readonly tenants: readonly TenantName[];
  /** Their rules are left as they are. */
  readonly heldUp: readonly TenantName[];
  /** No host of the Cluster runs yet. */
  readonly noHostRunning: boolean;
}

/** What a diff of one part works with. Hosts that run do not notice what differs here, so no finding impacts a tenant. */
export interface PartContext {
  readonly desired: DesiredPart;
  readonly state: VpcNetworkState;
  readonly finding: FindingBuilder;
}

/** The parts that a Cluster declares. All others depend on the VPC. */
export function desiredParts({ cluster, tenants, heldUp = [] }: Fleet, inventory: Inventory): readonly DesiredPart[] {
  const { vpc, internetGateway, subnets, securityGroup, egress } = cluster.network;
  if (!vpc) return [];
  const common = {
    cluster,
    tenants: tenants.map(({ name }) => name),
    ports: tenants.flatMap(({ name, expose }) => (expose ? [{ tenant: name, port: expose.port }] : [])),
    heldUp,
    noHostRunning: ![...inventory.values()].some((seen) => seen.state === 'present' && seen.value.state === 'running'),
  };
  const inVpc: readonly Part[] = [
    ...(internetGateway ? [{ kind: 'internet-gateway' } as const] : []),
    ...subnets.map(({ name }) => ({ kind: 'subnet', subnet: name }) as const),
    ...(securityGroup ? [{ kind: 'security-group' } as const] : []),
    ...(egress?.publicAddresses ? [{ kind: 'egress' } as const] : []),
    ...(egress?.natGateways ?? []).flatMap(({ subnet }) =>
      (['nat-gateway', 'route-table'] as const).map((kind) => ({ kind, subnet })),
    ),
    ...endpointServices.flatMap((service) =>
      egress?.endpoints[service] ? [{ kind: 'endpoint', service } as const] : [],
    ),
  ];
  return [
    { ...common, subject: 'network/vpc', dependsOn: [], part: { kind: 'vpc' } },
    ...inVpc.map((part) => ({ ...common, subject: subjectOf(part), dependsOn: ['network/vpc'] as const, part })),
  ];
}

export const partFacts = ({ cluster }: DesiredPart) => vpcNetworkFacts(cluster);

function subjectOf(part: Part): Subject {
  if ('subnet' in part) return `network/${part.kind}-${part.subnet}`;
  return 'service' in part ? `network/${part.kind}-${part.service}` : `network/${part.kind}`;
}
