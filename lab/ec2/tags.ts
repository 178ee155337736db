import type { Change } from './addresses.ts';
import { Ec2Error, invalidValue, missingParameter } from './errors.ts';
import type { Tag } from './filters.ts';
import { list, type Parameters } from './query.ts';
import type { Ec2State } from './state.ts';

/** CreateTags: sets tags on instances and network interfaces; a tag of the same key is replaced. */
export function createTags(state: Ec2State, parameters: Parameters): Change {
  const wanted = tagsOf(parameters).map(({ key, value }) => ({ key, value: value ?? '' }));
  const reserved = wanted.find((tag) => tag.key.startsWith('aws:'));
  if (reserved !== undefined) throw invalidValue(`Tag keys starting with 'aws:' are reserved for internal use`);
  const keys = new Set(wanted.map((tag) => tag.key));
  return retagged(state, parameters, (have) => [...have.filter((tag) => !keys.has(tag.key)), ...wanted]);
}

/** DeleteTags: by key, or by key and value; a tag that is not there is no error. */
export function deleteTags(state: Ec2State, parameters: Parameters): Change {
  const gone = tagsOf(parameters);
  const matches = (tag: Tag) => gone.some(({ key, value }) => key === tag.key && (value ?? tag.value) === tag.value);
  return retagged(state, parameters, (have) => have.filter((tag) => !matches(tag)));
}

interface TagArgument {
  readonly key: string;
  readonly value: string | undefined;
}

function tagsOf(parameters: Parameters): readonly TagArgument[] {
  const numbers = [...parameters.keys()].flatMap((name) => /^Tag\.(\d+)\.Key$/.exec(name)?.[1] ?? []);
  if (numbers.length === 0) throw missingParameter('Tag');
  return numbers.map((number) => ({
    key: parameters.get(`Tag.${number}.Key`) ?? '',
    value: parameters.get(`Tag.${number}.Value`),
  }));
}

function retagged(state: Ec2State, parameters: Parameters, edit: (have: readonly Tag[]) => readonly Tag[]): Change {
  const ids = list(parameters, 'ResourceId');
  if (ids.length === 0) throw missingParameter('ResourceId');
  const known = new Set(state.instances.flatMap(({ host }) => [host.instanceId, host.interfaceId]));
  const missing = ids.find((id) => !known.has(id));
  if (missing !== undefined) throw new Ec2Error('InvalidID', `The ID '${missing}' is not valid`);
  return {
    state: {
      instances: state.instances.map((one) =>
        ids.includes(one.host.instanceId) ? { ...one, tags: edit(one.tags) } : one,
      ),
      interfaces: state.interfaces.map((one) =>
        ids.includes(one.host.interfaceId) ? { ...one, tags: edit(one.tags) } : one,
      ),
    },
    answer: { return: true },
  };
}
