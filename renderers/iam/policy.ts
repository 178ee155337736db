import type { Fleet } from '../../crds/fleet.ts';
import { type Permission, permittedActions } from './permissions.ts';
import { scopes } from './scopes.ts';
import { type Sid, sids } from './sids.ts';
import { allow, type Statement } from './statement.ts';

/** An IAM policy document. */
export interface Policy {
  readonly Version: '2012-10-17';
  readonly Statement: readonly Statement[];
}

export const holders = ['operator', 'proxy'] as const;
export type Holder = (typeof holders)[number];

/** Characters of a managed policy at most. IAM does not count white space. Source: IAM User Guide, "IAM and AWS STS quotas". */
const longest = 6144;

/**
 * The least privileges of a holder: who runs the operator, or the instance profile of the proxies. One policy, or several where one would be
 * too long for IAM.
 */
export function policiesFor(holder: Holder, fleet: Fleet): readonly Policy[] {
  return splitPolicy(sids.flatMap((sid) => statementsOf(sid, holder, fleet)));
}

function statementsOf(sid: Sid, holder: Holder, fleet: Fleet): readonly Statement[] {
  const actions = permittedActions.flatMap(([action, permission]) =>
    sidsOf(permission, holder).includes(sid) && permission[holder]?.(fleet) ? [action] : [],
  );
  if (actions.length === 0) return [];
  return scopes[sid](fleet).map((scope, index) => allow(fleet, index ? `${sid}${index + 1}` : sid, actions, scope));
}

function sidsOf({ statements, proxyStatements = statements }: Permission, holder: Holder): readonly Sid[] {
  return holder === 'proxy' ? proxyStatements : statements;
}

/** Policies of these statements, in order, each of at most `limit` characters. */
export function splitPolicy(statements: readonly Statement[], limit = longest): readonly Policy[] {
  const parts: Statement[][] = [[]];
  for (const statement of statements) {
    const part = parts.at(-1) ?? [];
    if (part.length && JSON.stringify(policyOf([...part, statement])).length > limit) parts.push([statement]);
    else part.push(statement);
  }
  return parts.map(policyOf);
}

function policyOf(Statement: readonly Statement[]): Policy {
  return { Version: '2012-10-17', Statement };
}
