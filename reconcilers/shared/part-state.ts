import type { Reason } from '../contract/reasons.ts';
import type { Observation } from '../facts/observation.ts';

/** What is known about one part of the VPC network: what was observed, or a conflict that has to be resolved manually. */
export type PartState<T> = Observation<T> | Conflict;

export interface Conflict {
  readonly state: 'conflict';
  readonly have: string;
  readonly reason: Reason;
  /** What to do about it. */
  readonly message: string;
  /** It may resolve itself: the part may be new, and EC2, which is eventually consistent, may not show its tags yet. */
  readonly transient: boolean;
}
