import type { Ec2Filters, Ec2Probe } from '../fact.ts';
import { present } from '../observation.ts';
import { type ApiTag, type Tagged, tagsOf } from './vpc-network.ts';

/** A placement group. Its name is unique in the account and region. */
export interface PlacementGroup extends Tagged {
  readonly name: string;
  readonly strategy: string;
  /** pending, available, deleting or deleted. */
  readonly state: string;
}

/** Placement groups that match the filters. */
export const placementGroups: Ec2Probe<{ readonly filters: Ec2Filters }, readonly PlacementGroup[]> = {
  via: 'ec2',
  query: ({ filters }) => ({ action: 'DescribePlacementGroups', filters }),
  read: (items) => present((items as readonly ApiPlacementGroup[]).map(groupOf)),
};

/** The SDK's PlacementGroup, with the field names of the EC2 API. */
interface ApiPlacementGroup {
  readonly GroupId?: string;
  readonly GroupName?: string;
  readonly Strategy?: string;
  readonly State?: string;
  readonly Tags?: readonly ApiTag[];
}

function groupOf({ GroupId = '', GroupName = '', Strategy = '', State = '', Tags }: ApiPlacementGroup): PlacementGroup {
  return { id: GroupId, name: GroupName, strategy: Strategy, state: State, tags: tagsOf(Tags) };
}
