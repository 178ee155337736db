import type { Fleet } from '../../crds/fleet.ts';
import { policiesFor } from './policy.ts';

/**
 * The statements of the operator's policy that allow an action (`ec2:RunInstances`), by their Sid. If one of them covers the resource (an ARN)
 * that was asked for, only those that do.
 */
export function statementsAllowing(fleet: Fleet, action: string, resource: string | undefined): readonly string[] {
  const allowing = policiesFor('operator', fleet)
    .flatMap(({ Statement }) => Statement)
    .filter(({ Action }) => Action.includes(action));
  const exact = allowing.filter(
    ({ Resource }) => resource !== undefined && [Resource].flat().some((one) => covers(one, resource)),
  );
  return (exact.length ? exact : allowing).map(({ Sid }) => Sid);
}

function covers(pattern: string, resource: string): boolean {
  const escaped = pattern.replace(/[.+?^${}()|[\]\\]/g, '\\$&').replaceAll('*', '.*');
  return new RegExp(`^${escaped}$`).test(resource);
}
