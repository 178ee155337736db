import { newId, type Specified, tagsFrom } from './ec2-ids.ts';
import { OperationFailed, type World } from './world.ts';

interface NewGroup extends Specified {
  readonly GroupName: string;
  readonly Strategy: string;
}

/** A name is unique in the account. */
export function createPlacementGroup(world: World, input: NewGroup): void {
  const { ec2 } = world;
  if (ec2.placementGroups.some(({ name }) => name === input.GroupName))
    throw new OperationFailed(
      `InvalidPlacementGroup.Duplicate: The Placement Group '${input.GroupName}' already exists.`,
    );
  ec2.placementGroups.push({
    id: newId(world, 'pg'),
    name: input.GroupName,
    strategy: input.Strategy,
    state: 'available',
    tags: tagsFrom(input, 'placement-group'),
  });
}

export function deletePlacementGroup({ ec2 }: World, { GroupName }: { readonly GroupName: string }): void {
  if (ec2.instances.some(({ placementGroup, state }) => placementGroup === GroupName && state !== 'terminated'))
    throw new OperationFailed(`InvalidPlacementGroup.InUse: The placement group '${GroupName}' is in use`);
  ec2.placementGroups = ec2.placementGroups.filter(({ name }) => name !== GroupName);
}

/** The group that an instance is launched in, or the error of EC2. */
export function placementOf({ ec2 }: World, name: string | undefined): string | undefined {
  if (name !== undefined && !ec2.placementGroups.some((one) => one.name === name))
    throw new OperationFailed(`InvalidPlacementGroup.Unknown: The Placement Group '${name}' is unknown.`);
  return name;
}
