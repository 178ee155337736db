import type { Adoption, Cluster, Origin } from '../crds/fleet.ts';
import { isOurs, tagBack } from './ec2-tags.ts';
import { marks } from './marks.ts';
import { type Observation, present } from './observation.ts';
import type { Gateway, Group, RouteTable, SubnetFacts, Tagged, Vpc } from './questions/ground.ts';
import type { AskOf } from './questions/index.ts';
import type { Answers } from './reconciler.ts';

/**
 * What was seen of one part of the network: it is there, it is not, it could not be seen, or it is not as it should be, which a person must
 * look at; `passing`: unless it was made a moment ago, and does not show whole yet.
 */
export type PartSight<T> =
  | { readonly state: 'there'; readonly value: T }
  | { readonly state: 'missing' }
  | { readonly state: 'unseen'; readonly reason: string }
  | { readonly state: 'stuck'; readonly have: string; readonly reason: string; readonly passing: boolean };

/** The network around the hosts as EC2 shows it. */
export interface GroundSight {
  readonly vpc: PartSight<Vpc>;
  /** VPCs of ours that were made twice, with what of ours lies in them. */
  readonly twins: readonly {
    readonly vpc: Vpc;
    readonly subnets: readonly SubnetFacts[];
    readonly groups: readonly Group[];
  }[];
  readonly gateways: Observation<readonly Gateway[]>;
  readonly routeTables: Observation<readonly RouteTable[]>;
  subnet(name: string): PartSight<SubnetFacts>;
  readonly group: PartSight<Group>;
}

/** The name of a Cluster's security group: one a VPC, so that it is never made twice. */
export function groupName(cluster: string): string {
  return `${cluster}-hosts`;
}

/** One call a kind of thing, and one more for each way in which something is adopted. */
export function groundAsks({ name, network }: Cluster) {
  const { vpc, internetGateway, subnets, securityGroup } = network;
  const mine = { [`tag:${marks.ec2Cluster}`]: [name] };
  const created = subnets.filter(({ origin }) => 'create' in origin).map(({ cidr }) => cidr);
  const adopted = subnets.flatMap(({ origin }) => ('adopt' in origin ? [origin.adopt] : []));
  return {
    vpcs: asked('vpcs', vpc && [filtersOf(vpc, 'vpc-id', mine)]),
    subnets: asked('subnets', [
      ...(created.length ? [{ 'cidr-block': created }] : []),
      ...adopted.map((one) => filtersOf({ adopt: one }, 'subnet-id', mine)),
    ]),
    gateways: asked('gateways', internetGateway && [filtersOf(internetGateway, 'internet-gateway-id', mine)]),
    // Main route tables of all VPCs: which one is ours is known only once the VPC is.
    routeTables: asked('route-tables', internetGateway && [{ 'association.main': ['true'] }]),
    groups: asked(
      'groups',
      securityGroup && [filtersOf(securityGroup.origin, 'group-id', { 'group-name': [groupName(name)] })],
    ),
  };
}

type GroundQuestions = ReturnType<typeof groundAsks>;

/** `young`: no host of the Cluster runs yet, so that what is missing may have been made a moment ago. */
export function groundSight(cluster: Cluster, young: boolean, seen: Answers<GroundQuestions>): GroundSight {
  const { name, network } = cluster;
  const subnets = together(seen.subnets);
  const groups = together(seen.groups);
  const inside = [...(presentIn(subnets) ?? []), ...(presentIn(groups) ?? [])].filter((one) => isOurs(one, name));
  const hidden = [subnets, groups].find((one) => one.state === 'unknown');
  const { vpc, others } = vpcSight(cluster, young, together(seen.vpcs), hidden ?? present(inside));
  const within = <T extends { readonly vpcId: string }>(list: Observation<readonly T[]>, id: string) =>
    (presentIn(list) ?? []).filter((one) => one.vpcId === id);
  return {
    vpc,
    twins: others.map((one) => ({
      vpc: one,
      subnets: within(subnets, one.id).filter((subnet) => isOurs(subnet, name)),
      groups: within(groups, one.id).filter((group) => isOurs(group, name)),
    })),
    gateways: together(seen.gateways),
    routeTables: together(seen.routeTables),
    subnet: (subnetName) => {
      const subnet = network.subnets.find((one) => one.name === subnetName);
      if (!subnet) return { state: 'missing' };
      const part = `subnet-${subnetName}`;
      return partSight(cluster, young, part, subnet.origin, subnets, vpc, (one) => one.cidr === subnet.cidr);
    },
    group: network.securityGroup
      ? partSight(
          cluster,
          young,
          'security-group',
          network.securityGroup.origin,
          groups,
          vpc,
          (one) => one.name === groupName(name),
        )
      : { state: 'missing' },
  };
}

/** Of VPCs of ours the one that holds most of what is ours: another was made while the first one did not show yet. */
function vpcSight(
  { name, network }: Cluster,
  young: boolean,
  seen: Observation<readonly Vpc[]>,
  within: Observation<readonly { readonly vpcId: string; readonly id: string }[]>,
): { readonly vpc: PartSight<Vpc>; readonly others: readonly Vpc[] } {
  if (seen.state !== 'present') return { vpc: unseen(seen), others: [] };
  if (network.vpc && 'adopt' in network.vpc) return { vpc: adopted(network.vpc.adopt, seen.value), others: [] };
  // Which of several is to stay, and whether none is there, follows from what lies in them.
  if (within.state === 'unknown' && seen.value.length !== 1) return { vpc: unseen(within), others: [] };
  const inside = presentIn(within) ?? [];
  const held = (vpc: Vpc) => inside.filter(({ vpcId }) => vpcId === vpc.id).length;
  const [first, ...others] = [...seen.value].sort((a, b) => held(b) - held(a) || (a.id < b.id ? -1 : 1));
  if (first) return { vpc: { state: 'there', value: first }, others };
  const [lost] = inside;
  if (!lost) return { vpc: { state: 'missing' }, others };
  const reason = `${lost.id} of this Cluster lies in ${lost.vpcId}, which has not its tag: put it back (${tagBack(lost.vpcId, name, 'vpc')}). Nothing is made until then`;
  return { vpc: { state: 'stuck', have: `${lost.vpcId} without our tag`, reason, passing: young }, others };
}

/** A part within the VPC. One that looks like it and is not tagged is not taken, and no second one is made beside it. */
function partSight<T extends Tagged & { readonly vpcId: string }>(
  { name }: Cluster,
  young: boolean,
  part: string,
  origin: Origin,
  seen: Observation<readonly T[]>,
  vpc: PartSight<Vpc>,
  same: (one: T) => boolean,
): PartSight<T> {
  if (seen.state !== 'present') return unseen(seen);
  if ('adopt' in origin) return adopted(origin.adopt, seen.value);
  if (vpc.state !== 'there') return { state: 'missing' };
  const found = seen.value.find((one) => one.vpcId === vpc.value.id && same(one));
  if (!found) return { state: 'missing' };
  if (isOurs(found, name)) return { state: 'there', value: found };
  const reason = `${found.id} stands where ours would be, and has not our tag: adopt it (\`adopt: { id: ${found.id} }\`), or, if it is ours, put the tag back (${tagBack(found.id, name, part)})`;
  return { state: 'stuck', have: `${found.id} without our tag`, reason, passing: young };
}

function adopted<T extends Tagged>(adoption: Adoption, seen: readonly T[]): PartSight<T> {
  const matching = seen.filter((one) =>
    'id' in adoption ? one.id === adoption.id : one.tags[adoption.tag.key] === adoption.tag.value,
  );
  const [only, ...others] = matching;
  if (only && others.length === 0) return { state: 'there', value: only };
  if (!only)
    return {
      state: 'stuck',
      have: 'none in this account and region',
      reason: `nothing ${adoptionWords(adoption)} exists here: correct what is adopted, or \`create: true\``,
      passing: false,
    };
  const ids = matching.map((one) => one.id).join(', ');
  return {
    state: 'stuck',
    have: ids,
    reason: `several are ${adoptionWords(adoption)}: adopt one by its id`,
    passing: false,
  };
}

export function adoptionWords(adoption: Adoption): string {
  return 'id' in adoption ? `with id ${adoption.id}` : `with tag ${adoption.tag.key}=${adoption.tag.value}`;
}

function filtersOf(
  origin: Origin,
  idFilter: string,
  ours: Readonly<Record<string, readonly string[]>>,
): Readonly<Record<string, readonly string[]>> {
  if ('create' in origin) return ours;
  if ('id' in origin.adopt) return { [idFilter]: [origin.adopt.id] };
  return { [`tag:${origin.adopt.tag.key}`]: [origin.adopt.tag.value] };
}

function asked<W extends 'vpcs' | 'subnets' | 'gateways' | 'route-tables' | 'groups'>(
  what: W,
  filters: readonly Readonly<Record<string, readonly string[]>>[] | undefined,
): readonly AskOf<W>[] {
  return (filters ?? []).map((one) => ({ what, filters: one }) as AskOf<W>);
}

/** Several answers as one: what any of them could not tell is unknown; the same thing seen twice is one. */
function together<T extends Tagged>(answers: readonly Observation<readonly T[]>[]): Observation<readonly T[]> {
  const all = new Map<string, T>();
  for (const answer of answers) {
    if (answer.state === 'unknown') return answer;
    if (answer.state === 'present') for (const one of answer.value) all.set(one.id, one);
  }
  return present([...all.values()]);
}

function presentIn<T>(seen: Observation<T>): T | undefined {
  return seen.state === 'present' ? seen.value : undefined;
}

function unseen(seen: Observation<unknown>): { readonly state: 'unseen'; readonly reason: string } {
  return { state: 'unseen', reason: seen.state === 'unknown' ? seen.reason : 'EC2 was not asked' };
}
