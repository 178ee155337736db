import type { Fleet } from '../daemon/fleet.ts';
import { assignPrivateIpAddresses, type Change, unassignPrivateIpAddresses } from './addresses.ts';
import { describeInstances, describeNetworkInterfaces } from './describe.ts';
import { describeSecurityGroups, describeSubnets, describeVpcs } from './describe-ground.ts';
import { Ec2Error } from './errors.ts';
import { rebootInstances, startInstances, stopInstances } from './power.ts';
import { flag, type Parameters } from './query.ts';
import type { Ec2State } from './state.ts';
import { createTags, deleteTags } from './tags.ts';
import type { Xml } from './xml.ts';

type Answer = { readonly [field: string]: Xml };
type Failed = (error: unknown) => void;

/** The actions this lab knows; each is of one of three kinds, by what it may touch. */
const READS: { readonly [action: string]: (state: Ec2State, parameters: Parameters) => Answer } = {
  DescribeInstances: describeInstances,
  DescribeNetworkInterfaces: describeNetworkInterfaces,
  DescribeSecurityGroups: describeSecurityGroups,
  DescribeSubnets: describeSubnets,
  DescribeVpcs: describeVpcs,
};
const CHANGES: { readonly [action: string]: (state: Ec2State, parameters: Parameters) => Change } = {
  AssignPrivateIpAddresses: assignPrivateIpAddresses,
  CreateTags: createTags,
  DeleteTags: deleteTags,
  UnassignPrivateIpAddresses: unassignPrivateIpAddresses,
};
const POWER: { readonly [action: string]: (fleet: Fleet, parameters: Parameters, failed: Failed) => Answer } = {
  StartInstances: startInstances,
  StopInstances: stopInstances,
  RebootInstances: rebootInstances,
};

/** Every action, by name. */
export const ACTIONS: readonly string[] = [READS, CHANGES, POWER].flatMap((table) => Object.keys(table)).sort();

/** Performs one action of the EC2 API; throws Ec2Error. A change of addresses has taken effect on the wires when this resolves. */
export async function perform(fleet: Fleet, action: string, parameters: Parameters, failed: Failed): Promise<Answer> {
  const read = own(READS, action);
  const change = own(CHANGES, action);
  const power = own(POWER, action);
  if (read === undefined && change === undefined && power === undefined)
    throw new Ec2Error('InvalidAction', `The action ${action} is not valid for this web service.`);
  if (change === undefined && flag(parameters, 'DryRun'))
    throw new Ec2Error('DryRunOperation', 'Request would have succeeded, but DryRun flag is set.', 412);
  if (read !== undefined) return read(fleet.ec2, parameters);
  if (power !== undefined) return power(fleet, parameters, failed);
  const { state, answer } = (change ?? unreachable)(fleet.ec2, parameters);
  await fleet.change(state);
  return answer;
}

function own<T>(table: { readonly [action: string]: T }, action: string): T | undefined {
  return Object.hasOwn(table, action) ? table[action] : undefined;
}

function unreachable(): never {
  throw new Error('Every known action is of one kind.');
}
