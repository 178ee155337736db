import { Ec2Error, invalidValue } from './errors.ts';
import { filtered } from './filters.ts';
import { type Change, without } from './find.ts';
import { newId } from './ids.ts';
import { type Answer, tagSet } from './listing.ts';
import { filters, list, type Parameters, required } from './query.ts';
import { type Ec2State, type PlacementGroup, tagsOf, withoutTags } from './state.ts';
import { specifiedTags, withTags } from './tag-specifications.ts';

/** Instances per availability zone in a spread placement group at most. */
const perZone = 7;

/** CreatePlacementGroup: its name is unique in the account. The lab has spread groups only. */
export function createPlacementGroup(state: Ec2State, parameters: Parameters): Change {
  const name = required(parameters, 'GroupName');
  const strategy = parameters.get('Strategy') ?? 'cluster';
  if (!['cluster', 'spread', 'partition'].includes(strategy))
    throw invalidValue(`Invalid value '${strategy}' for strategy.`);
  if (strategy !== 'spread') throw new Ec2Error('Unsupported', 'This lab has spread placement groups only.');
  if (state.placementGroups.some((one) => one.name === name))
    throw new Ec2Error('InvalidPlacementGroup.Duplicate', `The Placement Group '${name}' already exists.`);
  const group: PlacementGroup = { id: newId('pg'), name, strategy };
  const added = { ...state, placementGroups: [...state.placementGroups, group] };
  const next = withTags(added, group.id, specifiedTags(parameters, 'placement-group'));
  return { state: next, answer: { return: true, placementGroup: groupXml(next, group) } };
}

/** DeletePlacementGroup: of one without instances. */
export function deletePlacementGroup(state: Ec2State, parameters: Parameters): Change {
  const group = placementGroupCalled(state, required(parameters, 'GroupName'));
  if (state.instances.some((one) => one.placementGroup === group.name && one.state !== 'terminated'))
    throw new Ec2Error(
      'InvalidPlacementGroup.InUse',
      `The placement group '${group.name}' is in use and may not be deleted.`,
    );
  const placementGroups = without(state.placementGroups, group.id);
  return { state: withoutTags({ ...state, placementGroups }, [group.id]), answer: { return: true } };
}

/** DescribePlacementGroups: by name or by filters, without paging. */
export function describePlacementGroups(state: Ec2State, parameters: Parameters): Answer {
  const names = list(parameters, 'GroupName');
  const chosen = names.length ? names.map((name) => placementGroupCalled(state, name)) : state.placementGroups;
  const shown = filtered(chosen, filters(parameters), {
    tags: (row) => tagsOf(state, row.id),
    fields: {
      'group-name': (row) => [row.name],
      strategy: (row) => [row.strategy],
      state: () => ['available'],
    },
  });
  return { placementGroupSet: shown.map((row) => groupXml(state, row)) };
}

/** The group that a host is launched in, if there is room in its zone. */
export function placementAsked(state: Ec2State, parameters: Parameters, zone: string): string | undefined {
  const name = parameters.get('Placement.GroupName') ?? '';
  if (name === '') return undefined;
  const group = placementGroupCalled(state, name);
  const there = state.instances.filter(
    (one) =>
      one.placementGroup === group.name &&
      one.host.subnet.zone === zone &&
      !['shutting-down', 'terminated'].includes(one.state),
  );
  if (there.length >= perZone)
    throw new Ec2Error(
      'InsufficientInstanceCapacity',
      `There is not enough capacity to fulfill the spread placement group '${name}' in ${zone}: it has ${perZone} instances there.`,
      500,
    );
  return group.name;
}

function placementGroupCalled(state: Ec2State, name: string): PlacementGroup {
  const group = state.placementGroups.find((one) => one.name === name);
  if (group === undefined)
    throw new Ec2Error('InvalidPlacementGroup.Unknown', `The Placement Group '${name}' is unknown.`);
  return group;
}

function groupXml(state: Ec2State, { id, name, strategy }: PlacementGroup) {
  return {
    groupId: id,
    groupName: name,
    strategy,
    state: 'available',
    ...(strategy === 'spread' ? { spreadLevel: 'rack' } : {}),
    tagSet: tagSet(state, id),
  };
}
