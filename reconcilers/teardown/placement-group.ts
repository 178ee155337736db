import type { Cluster, HostName } from '../../crds/fleet.ts';
import { findingsAbout } from '../contract/finding.ts';
import { bind, type Desired } from '../contract/reconciler.ts';
import { act, info, notObserved } from '../contract/remedy.ts';
import { ec2Step, isOwnedBy } from '../shared/ec2-tags.ts';
import { hasPlacementGroup, placementGroupOf, placementGroupSubject } from '../shared/placement-group.ts';

interface GroupToDelete extends Desired {
  readonly cluster: Cluster;
  /** Created Redis hosts that still exist, or whose state is unknown. */
  readonly hosts: readonly HostName[];
}

const facts = ({ cluster }: GroupToDelete) => ({ groups: placementGroupOf(cluster) });

/** The placement group, once its hosts are gone: EC2 refuses to delete one that has instances. */
export const placementGroup = bind<GroupToDelete, ReturnType<typeof facts>>({
  component: 'instance',
  desire: ({ cluster }, inventory) => {
    if (!hasPlacementGroup(cluster)) return [];
    const hosts = cluster.hosts.flatMap(({ name, role, origin }) =>
      role === 'redis' && 'create' in origin && inventory.get(name)?.state !== 'absent' ? [name] : [],
    );
    return [{ subject: placementGroupSubject(cluster), dependsOn: [], cluster, hosts }];
  },
  facts,
  diff: ({ cluster, hosts, subject }, { groups }) => {
    const finding = findingsAbout(subject);
    const want = { want: 'absent' };
    if (groups.state !== 'present')
      return [finding('NotObserved', 'placement group', { have: 'unknown', ...want }, notObserved(groups))];
    const own = groups.value.filter((one) => isOwnedBy(one, cluster.name) && one.state === 'available');
    return own.map(({ id, name }) => {
      const away = ec2Step(`delete placement group ${name}`, 'DeletePlacementGroup', { GroupName: name });
      return hosts.length
        ? finding(
            'NetworkStillInUse',
            `placement group ${name}`,
            { have: id, ...want },
            info(`it is deleted once ${hosts.join(', ')} are gone`),
          )
        : finding('ToBeDeleted', `placement group ${name}`, { have: id, ...want }, act([away]));
    });
  },
});
