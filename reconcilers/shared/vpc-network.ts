import type { Cluster, Origin } from '../../crds/fleet.ts';
import type { Observed } from '../contract/reconciler.ts';
import type { Gateway, Group, RouteTable, SubnetFacts, Tagged, Vpc } from '../facts/ec2/vpc-network.ts';
import { absent, type Observation, present, unknown } from '../facts/observation.ts';
import { adoptedPart } from './adoption.ts';
import { isOwnedBy, restorePartTags } from './ec2-tags.ts';
import { type EgressState, egressState } from './egress-state.ts';
import type { PartState } from './part-state.ts';
import { groupName, type vpcNetworkFacts } from './vpc-network-facts.ts';

/** The VPC network around the hosts, as EC2 shows it. */
export interface VpcNetworkState {
  readonly vpc: PartState<Vpc>;
  /** Further VPCs with the tag of this Cluster, and what of this Cluster is in them. */
  readonly duplicates: readonly {
    readonly vpc: Vpc;
    readonly subnets: readonly SubnetFacts[];
    readonly groups: readonly Group[];
  }[];
  readonly gateways: Observation<readonly Gateway[]>;
  readonly routeTables: Observation<readonly RouteTable[]>;
  readonly egress: EgressState;
  subnet(name: string): PartState<SubnetFacts>;
  readonly group: PartState<Group>;
}

/** `noHostRunning`: no host of the Cluster runs yet, so that what seems to be missing may be new and not shown yet. */
export function vpcNetworkState(
  cluster: Cluster,
  noHostRunning: boolean,
  observed: Observed<ReturnType<typeof vpcNetworkFacts>>,
): VpcNetworkState {
  const { name, network } = cluster;
  const subnets = combined(observed.subnets);
  const groups = combined(observed.groups);
  const contents = [...(valuesIn(subnets) ?? []), ...(valuesIn(groups) ?? [])].filter((one) => isOwnedBy(one, name));
  const notObserved = [subnets, groups].find((one) => one.state === 'unknown');
  const { vpc, others } = vpcState(cluster, noHostRunning, combined(observed.vpcs), notObserved ?? present(contents));
  const context: PartContext = { cluster, noHostRunning, vpc };
  const routeTables = combined(observed.routeTables);
  const ownedIn = <T extends Tagged & { readonly vpcId: string }>(list: Observation<readonly T[]>, id: string) =>
    (valuesIn(list) ?? []).filter((one) => one.vpcId === id && isOwnedBy(one, name));
  return {
    vpc,
    duplicates: others.map((one) => ({
      vpc: one,
      subnets: ownedIn(subnets, one.id),
      groups: ownedIn(groups, one.id),
    })),
    gateways: combined(observed.gateways),
    routeTables,
    egress: egressState(cluster, vpc.state === 'present' ? vpc.value.id : undefined, {
      natGateways: combined(observed.natGateways),
      natAddresses: combined(observed.natAddresses),
      endpoints: combined(observed.endpoints),
      routeTables,
    }),
    subnet: (subnetName) => {
      const subnet = network.subnets.find((one) => one.name === subnetName);
      if (!subnet) return absent;
      const { origin, cidr } = subnet;
      return partState(context, `subnet-${subnetName}`, origin, subnets, (one) => one.cidr === cidr);
    },
    group: network.securityGroup
      ? partState(
          context,
          'security-group',
          network.securityGroup.origin,
          groups,
          (one) => one.name === groupName(name),
        )
      : absent,
  };
}

/** Of several VPCs with our tag, the one that holds most: another was created while the first one was not shown yet. */
function vpcState(
  { name, network }: Cluster,
  noHostRunning: boolean,
  shown: Observation<readonly Vpc[]>,
  contents: Observation<readonly { readonly vpcId: string; readonly id: string }[]>,
): { readonly vpc: PartState<Vpc>; readonly others: readonly Vpc[] } {
  if (shown.state !== 'present') return { vpc: unknownPart(shown), others: [] };
  if (network.vpc && 'adopt' in network.vpc) return { vpc: adoptedPart(network.vpc.adopt, shown.value), others: [] };
  // Which of several is kept, and whether there is none, follows from what is in them.
  if (contents.state === 'unknown' && shown.value.length !== 1) return { vpc: unknownPart(contents), others: [] };
  const inside = valuesIn(contents) ?? [];
  const count = (vpc: Vpc) => inside.filter(({ vpcId }) => vpcId === vpc.id).length;
  const [first, ...others] = [...shown.value].sort((a, b) => count(b) - count(a) || (a.id < b.id ? -1 : 1));
  if (first) return { vpc: present(first), others };
  const [orphan] = inside;
  if (!orphan) return { vpc: absent, others };
  const { id, vpcId } = orphan;
  const conflict = {
    state: 'conflict',
    have: `${vpcId} without cluster tag`,
    reason: 'ClusterTagMissing',
    message: `${id} belongs to this Cluster, but its VPC ${vpcId} lost the cluster tag; restore it (${restorePartTags(vpcId, name, 'vpc')}). Nothing is created until then`,
    transient: noHostRunning,
  } as const;
  return { vpc: conflict, others };
}

interface PartContext {
  readonly cluster: Cluster;
  readonly noHostRunning: boolean;
  readonly vpc: PartState<Vpc>;
}

/** A part within the VPC. One that matches without our tag is not taken over, and no second one is created beside it. */
function partState<T extends Tagged & { readonly vpcId: string }>(
  { cluster: { name }, noHostRunning, vpc }: PartContext,
  part: string,
  origin: Origin,
  shown: Observation<readonly T[]>,
  matches: (one: T) => boolean,
): PartState<T> {
  if (shown.state !== 'present') return unknownPart(shown);
  if ('adopt' in origin) return adoptedPart(origin.adopt, shown.value);
  if (vpc.state !== 'present') return absent;
  const found = shown.value.find((one) => one.vpcId === vpc.value.id && matches(one));
  if (!found) return absent;
  if (isOwnedBy(found, name)) return present(found);
  return {
    state: 'conflict',
    have: `${found.id} without cluster tag`,
    reason: 'ClusterTagMissing',
    message: `${found.id} is what would be created here, but has no cluster tag: adopt it (\`adopt: { id: ${found.id} }\`), or, if this Cluster created it, restore the tag (${restorePartTags(found.id, name, part)})`,
    transient: noHostRunning,
  };
}

/** Several observations as one: unknown if any of them is; a resource in two of them counts once. */
function combined<T extends Tagged>(observations: readonly Observation<readonly T[]>[]): Observation<readonly T[]> {
  const all = new Map<string, T>();
  for (const observation of observations) {
    if (observation.state === 'unknown') return observation;
    if (observation.state === 'present') for (const one of observation.value) all.set(one.id, one);
  }
  return present([...all.values()]);
}

function valuesIn<T>(seen: Observation<T>): T | undefined {
  return seen.state === 'present' ? seen.value : undefined;
}

function unknownPart(seen: Observation<unknown>) {
  return seen.state === 'unknown' ? seen : unknown('EC2 was not asked');
}
