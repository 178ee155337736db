import type { Fleet } from '../../crds/fleet.ts';
import { permittedActions, statementsWith } from '../../renderers/iam/permissions.ts';
import { type Finding, findingsAbout } from '../contract/finding.ts';
import type { Plan } from '../contract/plan.ts';
import { info, manual, notObserved } from '../contract/remedy.ts';
import type { DryRun, Ec2Command } from '../operations/operation.ts';
import { permissionDenied, permissionsNotTried } from './messages.ts';

/** The calls of these plans, one for each action: a permission is for an action. */
export function callsIn(plans: readonly Plan[]): readonly Ec2Command[] {
  const calls = new Map<string, Ec2Command>();
  for (const { action } of plans.flatMap(({ steps }) => steps))
    if (action.operation === 'ec2-call' && !calls.has(action.call.action)) calls.set(action.call.action, action.call);
  return [...calls.values()];
}

/** Findings about each tried action, and one about the actions that the documents need and that could not be tried yet. */
export function permissionFindings(
  fleet: Fleet,
  tried: readonly { readonly action: string; readonly dryRun: DryRun }[],
): readonly Finding[] {
  const finding = findingsAbout('network/permissions');
  const known = new Set(tried.flatMap(({ action, dryRun }) => (dryRun.result === 'not-tried' ? [] : [action])));
  const untried = permittedActions.flatMap(([action, { operator }]) =>
    operator?.(fleet) && !action.startsWith('Describe') && !action.includes(':') && !known.has(action) ? [action] : [],
  );
  const values = { have: untried.join(', '), want: 'tried' };
  return [
    ...tried
      .filter(({ dryRun }) => dryRun.result === 'denied')
      .map(({ action, dryRun }) =>
        finding(
          'PermissionDenied',
          `permission ec2:${action}`,
          { have: 'denied', want: 'allowed' },
          manual(permissionDenied(action, statementsWith(action), dryRun.message)),
        ),
      ),
    ...(untried.length ? [finding('PermissionNotTried', 'permissions', values, info(permissionsNotTried))] : []),
  ];
}

/** A call that failed for another reason than its permission. */
export function notTried(action: string, reason: string): Finding {
  const values = { have: 'unknown', want: 'allowed' };
  return findingsAbout('network/permissions')(
    'NotObserved',
    `permission ec2:${action}`,
    values,
    notObserved({ state: 'unknown', reason }),
  );
}
