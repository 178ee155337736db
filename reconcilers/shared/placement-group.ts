import type { Cluster } from '../../crds/fleet.ts';
import type { Subject } from '../contract/subject.ts';
import type { FactRequestOf } from '../facts/requests.ts';

/** The name of a Cluster's placement group. EC2 allows each name once per account and region, so that no duplicate can be created. */
export function placementGroupName({ name }: Pick<Cluster, 'name'>): string {
  return `${name}-redis`;
}

/** Whether any host is to be launched in it. */
export function hasPlacementGroup({ hosts }: Pick<Cluster, 'hosts'>): boolean {
  return hosts.some(({ origin }) => 'create' in origin && origin.create.spread);
}

/** By its name: one of that name without our tag is in the way. */
export function placementGroupOf(cluster: Pick<Cluster, 'name'>): FactRequestOf<'placement-groups'> {
  return { fact: 'placement-groups', filters: { 'group-name': [placementGroupName(cluster)] } };
}

export function placementGroupSubject({ name }: Pick<Cluster, 'name'>): Subject {
  return `instance/${name}@placement-group`;
}
