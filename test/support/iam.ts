import type { Policy } from '../../renderers/iam/policy.ts';

/** What IAM decides about: an action on a resource, with the condition keys of the request. */
export interface Authorization {
  readonly action: string;
  readonly arn: string;
  readonly context: Readonly<Record<string, string | readonly string[]>>;
}

/** Whether IAM would allow it: some statement matches by action, resource and all conditions. Source: IAM User Guide, "Policy evaluation logic". */
export function allowedBy(policies: readonly Policy[], { action, arn, context }: Authorization): boolean {
  return policies.some(({ Statement }) =>
    Statement.some(
      ({ Action, Resource, Condition = {} }) =>
        Action.some((one) => matches(one, action)) &&
        [Resource].flat().some((one) => matches(one, arn)) &&
        Object.entries(Condition).every(([operator, keys]) =>
          Object.entries(keys).every(([key, values]) => holds(operator, [values].flat(), context[key])),
        ),
    ),
  );
}

/** A key that the request lacks is not equal to anything, and is in every set. */
function holds(operator: string, values: readonly string[], have: string | readonly string[] | undefined): boolean {
  if (operator === 'StringEquals') return typeof have === 'string' && values.includes(have);
  if (operator === 'ArnLike') return typeof have === 'string' && values.some((one) => matches(one, have));
  if (operator === 'ForAllValues:StringEquals') return [have ?? []].flat().every((one) => values.includes(one));
  throw new Error(`${operator} is not known here`);
}

function matches(pattern: string, text: string): boolean {
  const parts = pattern.split('*').map((part) => part.replace(/[.?+^$()[\]{}|\\]/g, '\\$&'));
  return new RegExp(`^${parts.join('.*')}$`).test(text);
}
