import { invalidValue } from './errors.ts';
import type { Tag } from './filters.ts';
import { type Parameters, required, structures } from './query.ts';
import type { Ec2State } from './state.ts';

/** The tags for resources of `kind` in a create call (`TagSpecification.N`); kinds that are not `allowed` are refused. */
export function specifiedTags(
  parameters: Parameters,
  kind: string,
  allowed: readonly string[] = [kind],
): readonly Tag[] {
  return structures(parameters, 'TagSpecification').flatMap((specification) => {
    const type = required(specification, 'ResourceType');
    if (!allowed.includes(type))
      throw invalidValue(`'${type}' is not a valid taggable resource type for this operation.`);
    const tags = structures(specification, 'Tag').map((tag) => ({
      key: required(tag, 'Key'),
      value: tag.get('Value') ?? '',
    }));
    checkTags(tags);
    return type === kind ? tags : [];
  });
}

/** The state with these tags on the resource `id`. */
export function withTags(state: Ec2State, id: string, tags: readonly Tag[]): Ec2State {
  return tags.length === 0 ? state : { ...state, tags: new Map([...state.tags, [id, tags]]) };
}

/** Throws EC2's error for tags that are not allowed. */
export function checkTags(tags: readonly Tag[]): void {
  if (tags.some((tag) => tag.key.startsWith('aws:')))
    throw invalidValue(`Tag keys starting with 'aws:' are reserved for internal use`);
  if (tags.some((tag) => tag.key.length > 127))
    throw invalidValue('Tag key exceeds the maximum length of 127 characters');
  if (tags.some((tag) => tag.value.length > 255))
    throw invalidValue('Tag value exceeds the maximum length of 255 characters');
}
