import { OperationFailed, type World } from './world.ts';

/** A new id of a kind: `vpc-0000002a`. */
export function newId(world: World, kind: string): string {
  world.ec2.next += 1;
  return `${kind}-${world.ec2.next.toString(16).padStart(8, '0')}`;
}

/** The resource with this id, or the error of EC2: `InvalidVpcID.NotFound`. */
export function withId<T extends { readonly id: string }>(list: readonly T[], id: string, code: string): T {
  const found = list.find((one) => one.id === id);
  if (!found) throw new OperationFailed(`${code}.NotFound: The ID '${id}' does not exist`);
  return found;
}

export interface Specified {
  readonly TagSpecifications?: readonly {
    readonly ResourceType: string;
    readonly Tags: readonly { readonly Key: string; readonly Value: string }[];
  }[];
}

/** Tags that a creating call sets. */
export function tagsFrom({ TagSpecifications = [] }: Specified, resource: string): Record<string, string> {
  const tags = TagSpecifications.filter(({ ResourceType }) => ResourceType === resource).flatMap(({ Tags }) => Tags);
  return Object.fromEntries(tags.map(({ Key, Value }) => [Key, Value]));
}
