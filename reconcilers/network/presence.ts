import type { Finding } from '../contract/finding.ts';
import { act, manual, notObserved, settling } from '../contract/remedy.ts';
import type { Action } from '../operations/actions.ts';
import type { PartState } from '../shared/part-state.ts';
import type { PartContext } from './desired.ts';
import { transientConflict } from './messages.ts';

/** The finding about a part that is not present; none if it is. `create`: the actions that create it. */
export function presenceFindings(
  { finding }: PartContext,
  field: string,
  want: string,
  state: PartState<unknown>,
  create: readonly Action[],
): readonly Finding[] {
  if (state.state === 'present') return [];
  if (state.state === 'unknown') return [finding('NotObserved', field, { have: 'unknown', want }, notObserved(state))];
  if (state.state === 'absent') return [finding('Missing', field, { have: 'absent', want }, act(create))];
  const { have, reason, message, transient } = state;
  const remedy = transient ? settling(transientConflict(message)) : manual(message);
  return [finding(reason, field, { have, want }, remedy)];
}
