import { setTimeout } from 'node:timers/promises';
import { CHANGES, POWERS, READS } from './actions.ts';
import type { Ec2Backend } from './backend.ts';
import { Ec2Error } from './errors.ts';
import type { Later } from './find.ts';
import type { Answer } from './listing.ts';
import { flag, type Parameters } from './query.ts';
import type { Ec2State } from './state.ts';

/** These two do not have DryRun. */
const WITHOUT_DRY_RUN: readonly string[] = ['AssignPrivateIpAddresses', 'UnassignPrivateIpAddresses'];

/**
 * Performs one action of the EC2 API; throws Ec2Error. `visible` is the current or an earlier state: descriptions are read from it, and
 * whatever is not in it is not found. The network shows a change when this resolves; machines may still be starting or stopping.
 */
export async function perform(
  backend: Ec2Backend,
  action: string,
  parameters: Parameters,
  visible: Ec2State,
  failed: (error: unknown) => void,
): Promise<Answer> {
  const dry = !WITHOUT_DRY_RUN.includes(action) && flag(parameters, 'DryRun');
  const read = own(READS, action);
  if (read !== undefined) return dry ? wouldSucceed() : read(visible, parameters);
  const change = own(CHANGES, action);
  const power = own(POWERS, action);
  const check = change ?? power;
  if (check === undefined)
    throw new Ec2Error('InvalidAction', `The action ${action} is not valid for this web service.`);
  if (visible !== backend.ec2) throwIfNotVisible(() => check(visible, parameters));
  if (dry) {
    check(backend.ec2, parameters);
    return wouldSucceed();
  }
  if (power !== undefined) return power(backend.ec2, parameters)(backend, failed);
  const { state, answer, later = [] } = (change ?? unreachable)(backend.ec2, parameters);
  await backend.change(state);
  follow(backend, later).catch(failed);
  return answer;
}

async function follow(backend: Ec2Backend, later: readonly Later[]): Promise<void> {
  for (const { afterMs, next } of later) {
    await setTimeout(afterMs, undefined, { ref: false });
    await backend.change(next(backend.ec2));
  }
}

/** A resource missing from an earlier state is reported as not found. Every other refusal depends on the current state. */
function throwIfNotVisible(check: () => unknown): void {
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
  throw new Error('every known action is in one of the tables');
}
