import { Ec2Error, invalidValue } from './errors.ts';
import { type Change, find, replaced } from './find.ts';
import { groupsFor } from './group-choice.ts';
import { imageOf } from './images.ts';
import { typeOf } from './instance-types.ts';
import { withInterface } from './interfaces.ts';
import type { Answer } from './listing.ts';
import { flag, list, type Parameters, required, structures } from './query.ts';
import { type Ec2State, type Instance, withInstance } from './state.ts';
import type { Xml } from './xml.ts';

/** DescribeInstanceAttribute: one attribute per call. An unset attribute is an empty element; EC2 does not offer enaSupport here. */
export function describeInstanceAttribute(state: Ec2State, parameters: Parameters): Answer {
  const row = find.instance(state, required(parameters, 'InstanceId'));
  const attribute = required(parameters, 'Attribute');
  const nic = state.interfaces.find((one) => one.host === row.host);
  const shown: { readonly [attribute: string]: Xml } = {
    disableApiTermination: { value: row.terminationProtected },
    ebsOptimized: { value: false },
    groupSet: (nic?.groups ?? []).map((groupId) => ({ groupId })),
    instanceInitiatedShutdownBehavior: { value: 'stop' },
    instanceType: { value: row.type },
    rootDeviceName: { value: imageOf(row.image).rootDevice },
    sourceDestCheck: { value: nic?.sourceDestCheck },
    sriovNetSupport: row.sriov ? { value: 'simple' } : {},
    userData: {},
  };
  if (!Object.hasOwn(shown, attribute))
    throw invalidValue(`Value (${attribute}) for parameter attribute is invalid. Unknown attribute.`);
  return { instanceId: row.host.instanceId, [attribute]: shown[attribute] };
}

/** ModifyInstanceAttribute: one attribute per call, as `Name.Value` or as `Attribute` and `Value`. */
export function modifyInstanceAttribute(state: Ec2State, parameters: Parameters): Change {
  const row = find.instance(state, required(parameters, 'InstanceId'));
  const groups = list(parameters, 'GroupId');
  const mappings = structures(parameters, 'BlockDeviceMapping');
  const asked = new Map([...Object.keys(MODIFIERS)].flatMap((name) => attributeAsked(parameters, name)));
  const names = [
    ...asked.keys(),
    ...(groups.length > 0 ? ['groupSet'] : []),
    ...(mappings.length > 0 ? ['blockDeviceMapping'] : []),
  ];
  if (names.length === 0) throw new Ec2Error('InvalidParameterCombination', 'No attributes specified.');
  if (names.length > 1)
    throw new Ec2Error(
      'InvalidParameterCombination',
      `Fields for multiple attribute types specified: ${names.map(lowerFirst).join(', ')}`,
    );
  if (mappings.length > 0)
    return { state: mappings.reduce((now, one) => remapped(now, row, one), state), answer: { return: true } };
  const [[name, value] = ['', '']] = asked;
  const next = groups.length > 0 ? regrouped(state, row, groups) : MODIFIERS[name]?.(state, row, value);
  return { state: next ?? state, answer: { return: true } };
}

type Modifier = (state: Ec2State, row: Instance, value: string) => Ec2State;

const MODIFIERS: { readonly [name: string]: Modifier } = {
  DisableApiTermination: (state, row, value) =>
    withInstance(state, row.host, { terminationProtected: booleanOf(value) }),
  EnaSupport: (state, row, value) => withInstance(stopped(state, row), row.host, { ena: booleanOf(value) }),
  InstanceType: (state, row, value) => {
    if (typeOf(value) === undefined)
      throw invalidValue(`The following supplied instance types do not exist: [${value}]`);
    return withInstance(stopped(state, row), row.host, { type: value });
  },
  SourceDestCheck: (state, row, value) => {
    const nic = state.interfaces.find((one) => one.host === row.host);
    return nic === undefined ? state : withInterface(state, { ...nic, sourceDestCheck: booleanOf(value) });
  },
  SriovNetSupport: (state, row, value) => {
    // It can be set, but never unset.
    if (value !== 'simple')
      throw invalidValue(`Value (${value}) for parameter sriovNetSupport is invalid. Valid values are: simple.`);
    if (typeOf(row.type)?.sriov !== true) throw withoutSriov(row);
    return withInstance(stopped(state, row), row.host, { sriov: true });
  },
};

/** Whether a volume is deleted with its instance. */
function remapped(state: Ec2State, row: Instance, mapping: Parameters): Ec2State {
  const device = required(mapping, 'DeviceName');
  const volume = state.volumes.find((one) => one.host === row.host && one.device === device);
  if (!volume) throw new Ec2Error('InvalidInstanceAttributeValue', `No device is currently mapped at ${device}`);
  const deleteOnTermination = flag(mapping, 'Ebs.DeleteOnTermination');
  return { ...state, volumes: replaced(state.volumes, { ...volume, deleteOnTermination }) };
}

/** The code is EC2's; its message is not documented, so the text is the lab's own. */
export function withoutSriov(row: Instance): Ec2Error {
  return new Ec2Error(
    'InvalidParameterCombination',
    `Enhanced networking with the Intel 82599 Virtual Function (sriovNetSupport) is not supported for the '${row.type}' instance type.`,
  );
}

function stopped(state: Ec2State, row: Instance): Ec2State {
  if (row.state === 'stopped') return state;
  throw new Ec2Error('IncorrectInstanceState', `The instance '${row.host.instanceId}' is not in the 'stopped' state.`);
}

function regrouped(state: Ec2State, row: Instance, ids: readonly string[]): Ec2State {
  const nic = state.interfaces.find((one) => one.host === row.host);
  return nic === undefined ? state : withInterface(state, { ...nic, groups: groupsFor(state, ids, row.host.subnet) });
}

function attributeAsked(parameters: Parameters, name: string): [string, string][] {
  const own = parameters.get(`${name}.Value`);
  const generic = parameters.get('Attribute') === lowerFirst(name) ? parameters.get('Value') : undefined;
  const value = own ?? generic;
  return value === undefined ? [] : [[name, value]];
}

function booleanOf(value: string): boolean {
  return flag(new Map([['value', value]]), 'value');
}

function lowerFirst(name: string): string {
  return `${name.slice(0, 1).toLowerCase()}${name.slice(1)}`;
}
