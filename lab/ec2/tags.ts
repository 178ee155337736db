import { Ec2Error, missingParameter } from './errors.ts';
import { filtered, type Tag } from './filters.ts';
import type { Change } from './find.ts';
import { type Prefix, prefixOf, unknownId } from './ids.ts';
import type { Answer } from './listing.ts';
import { filters, list, type Parameters, page, structures } from './query.ts';
import { type Ec2State, tagsOf } from './state.ts';
import { checkTags } from './tag-specifications.ts';

/** CreateTags: sets tags on any resource; a tag with the same key is replaced. */
export function createTags(state: Ec2State, parameters: Parameters): Change {
  const wanted = argumentsOf(parameters).map(({ key, value }) => ({ key, value: value ?? '' }));
  checkTags(wanted);
  return retagged(state, parameters, (have) => merged(have, wanted));
}

/** DeleteTags: by key, or by key and value; a missing tag is not an error. */
export function deleteTags(state: Ec2State, parameters: Parameters): Change {
  const removed = argumentsOf(parameters);
  const matches = (tag: Tag) => removed.some(({ key, value }) => key === tag.key && (value ?? tag.value) === tag.value);
  return retagged(state, parameters, (have) => have.filter((tag) => !matches(tag)));
}

/** DescribeTags: one row per tag of a resource. */
export function describeTags(state: Ec2State, parameters: Parameters): Answer {
  const rows = [...state.tags].flatMap(([id, tags]) => tags.map((tag) => ({ id, kind: kindOf(id), ...tag })));
  const table = {
    tags: (row: Tag) => [row],
    fields: {
      key: (row: Tag) => [row.key],
      value: (row: Tag) => [row.value],
      'resource-id': (row: { id: string }) => [row.id],
      'resource-type': (row: { kind: string }) => [row.kind],
    },
  };
  const shown = page(filtered(rows, filters(parameters), table), parameters);
  return {
    tagSet: shown.items.map(({ id, kind, key, value }) => ({ resourceId: id, resourceType: kind, key, value })),
    nextToken: shown.nextToken,
  };
}

/** Names of resource types, as tags and filters use them. */
const KINDS: { readonly [P in Prefix]?: string } = {
  ami: 'image',
  eipalloc: 'elastic-ip',
  eni: 'network-interface',
  i: 'instance',
  igw: 'internet-gateway',
  nat: 'natgateway',
  key: 'key-pair',
  rtb: 'route-table',
  sg: 'security-group',
  sgr: 'security-group-rule',
  subnet: 'subnet',
  vol: 'volume',
  vpc: 'vpc',
  vpce: 'vpc-endpoint',
};

function kindOf(id: string): string {
  const prefix = prefixOf(id);
  return (prefix && KINDS[prefix]) ?? '';
}

interface TagArgument {
  readonly key: string;
  readonly value: string | undefined;
}

function argumentsOf(parameters: Parameters): readonly TagArgument[] {
  const tags = structures(parameters, 'Tag').map((tag) => ({ key: tag.get('Key') ?? '', value: tag.get('Value') }));
  if (tags.length === 0) throw missingParameter('Tag');
  return tags;
}

function merged(have: readonly Tag[], wanted: readonly Tag[]): readonly Tag[] {
  const keys = new Set(wanted.map((tag) => tag.key));
  return [...have.filter((tag) => !keys.has(tag.key)), ...wanted];
}

function retagged(state: Ec2State, parameters: Parameters, edit: (have: readonly Tag[]) => readonly Tag[]): Change {
  const ids = list(parameters, 'ResourceId');
  if (ids.length === 0) throw missingParameter('ResourceId');
  const known = taggable(state);
  const missing = ids.find((id) => !known.has(id));
  if (missing !== undefined) throw unknown(missing);
  const edited = ids.map((id) => {
    const tags = edit(tagsOf(state, id));
    if (tags.length > 50)
      throw new Ec2Error('TagLimitExceeded', 'The maximum number of Tags for a resource has been reached.');
    return [id, tags] as const;
  });
  return { state: { ...state, tags: new Map([...state.tags, ...edited]) }, answer: { return: true } };
}

function taggable(state: Ec2State): ReadonlySet<string> {
  return new Set([
    ...[
      state.vpcs,
      state.subnets,
      state.gateways,
      state.routeTables,
      state.groups,
      state.keyPairs,
      state.volumes,
      state.placementGroups,
      state.elasticAddresses,
      state.natGateways,
      state.endpoints,
    ].flatMap((rows) => rows.map((row) => row.id)),
    ...state.groups.flatMap((group) => group.rules.map((rule) => rule.id)),
    ...state.instances.map((one) => one.host.instanceId),
    ...state.interfaces.map((one) => one.host.interfaceId),
  ]);
}

function unknown(id: string): Ec2Error {
  const prefix = prefixOf(id);
  return prefix === undefined ? new Ec2Error('InvalidID', `The ID '${id}' is not valid`) : unknownId(prefix, id);
}
