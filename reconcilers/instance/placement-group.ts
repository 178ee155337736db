import type { Cluster } from '../../crds/fleet.ts';
import { type Finding, findingsAbout } from '../contract/finding.ts';
import { bind, type Desired } from '../contract/reconciler.ts';
import { act, manual, notObserved, settling } from '../contract/remedy.ts';
import type { PlacementGroup } from '../facts/ec2/placement-groups.ts';
import type { Observation } from '../facts/observation.ts';
import { declaredTagFindings, ec2Step, isOwnedBy, partTags } from '../shared/ec2-tags.ts';
import {
  hasPlacementGroup,
  placementGroupName,
  placementGroupOf,
  placementGroupSubject,
} from '../shared/placement-group.ts';
import { foreignPlacementGroup } from './messages.ts';

interface DesiredGroup extends Desired {
  readonly cluster: Cluster;
}

const facts = ({ cluster }: DesiredGroup) => ({ groups: placementGroupOf(cluster) });

/** The placement group of the Redis hosts, which EC2 spreads over hardware that does not fail together. Hosts are launched in it. */
export const placementGroup = bind<DesiredGroup, ReturnType<typeof facts>>({
  component: 'instance',
  desire: ({ cluster }) =>
    hasPlacementGroup(cluster) ? [{ subject: placementGroupSubject(cluster), dependsOn: [], cluster }] : [],
  facts,
  diff: ({ cluster, subject }, { groups }) => groupFindings(cluster, groups, subject),
});

function groupFindings(
  cluster: Cluster,
  groups: Observation<readonly PlacementGroup[]>,
  subject: DesiredGroup['subject'],
): readonly Finding[] {
  const finding = findingsAbout(subject);
  const name = placementGroupName(cluster);
  const field = `placement group ${name}`;
  const want = 'spread';
  if (groups.state !== 'present')
    return [finding('NotObserved', field, { have: 'unknown', want }, notObserved(groups))];
  const group = groups.value.find((one) => one.name === name && one.state !== 'deleted');
  if (!group) {
    const create = ec2Step(`create placement group ${name}`, 'CreatePlacementGroup', {
      GroupName: name,
      Strategy: 'spread',
      TagSpecifications: partTags('placement-group', cluster, 'placement-group'),
    });
    return [finding('Missing', field, { have: 'absent', want }, act([create]))];
  }
  if (!isOwnedBy(group, cluster.name) || group.strategy !== 'spread') {
    const remedy = manual(foreignPlacementGroup(name, group.id, cluster.name));
    return [finding('ForeignOwner', field, { have: `${group.id} ${group.strategy}`, want }, remedy)];
  }
  if (group.state !== 'available')
    return [finding('NotAvailableYet', field, { have: group.state, want }, settling(`EC2 reports ${group.state}`))];
  return declaredTagFindings(cluster, subject, group.id, group.tags);
}
