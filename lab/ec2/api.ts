import type { Fleet } from '../daemon/fleet.ts';
import { CHANGES, POWERS, READS } from './actions.ts';
import { Ec2Error } from './errors.ts';
import type { Answer } from './listing.ts';
import { flag, type Parameters } from './query.ts';
import type { Ec2State } from './state.ts';

/** These two know no DryRun. */
const ALWAYS_WET: readonly string[] = ['AssignPrivateIpAddresses', 'UnassignPrivateIpAddresses'];

/**
 * Performs one action of the EC2 API; throws Ec2Error. `seen` is what the API knows, or knew a while ago: descriptions come from there, and
 * what is not in it is not found. A change has taken effect on the wires when this resolves; machines go on by themselves.
 */
export async function perform(
  fleet: Fleet,
  action: string,
  parameters: Parameters,
  seen: Ec2State,
  failed: (error: unknown) => void,
): Promise<Answer> {
  const dry = !ALWAYS_WET.includes(action) && flag(parameters, 'DryRun');
  const read = own(READS, action);
  if (read !== undefined) return dry ? wouldSucceed() : read(seen, parameters);
  const change = own(CHANGES, action);
  const power = own(POWERS, action);
  const check = change ?? power;
  if (check === undefined)
    throw new Ec2Error('InvalidAction', `The action ${action} is not valid for this web service.`);
  if (seen !== fleet.ec2) notYetSeen(() => check(seen, parameters));
  if (dry) {
    check(fleet.ec2, parameters);
    return wouldSucceed();
  }
  if (power !== undefined) return power(fleet.ec2, parameters)(fleet, failed);
  const { state, answer } = (change ?? unreachable)(fleet.ec2, parameters);
  await fleet.change(state);
  return answer;
}

/** Part of the API has not heard of it: what does not exist there does not exist. Every other refusal is decided by what is. */
function notYetSeen(check: () => unknown): void {
  try {
    check();
  } catch (error) {
    if (error instanceof Ec2Error && error.code.endsWith('.NotFound') && !error.code.startsWith('InvalidPermission'))
      throw error;
  }
}

function wouldSucceed(): never {
  throw new Ec2Error('DryRunOperation', 'Request would have succeeded, but DryRun flag is set.', 412);
}

function own<T>(table: { readonly [action: string]: T }, action: string): T | undefined {
  return Object.hasOwn(table, action) ? table[action] : undefined;
}

function unreachable(): never {
  throw new Error('Every known action is of one kind.');
}
