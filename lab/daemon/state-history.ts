import type { Ec2State } from '../ec2/state.ts';
import type { ActiveFault } from '../faults/active-fault.ts';

/** Earlier states, oldest first; `until` is when each was replaced (milliseconds). Kept while a fault needs them. */
export type StateHistory = readonly { readonly until: number; readonly state: Ec2State }[];

/** The history once `state` is replaced at `now`: as long as `api-eventual` may lag. */
export function recorded(
  history: StateHistory,
  state: Ec2State,
  faults: readonly ActiveFault[],
  now: number,
): StateHistory {
  const lags = faults.map(({ fault, args }) => (fault === 'api-eventual' ? (args.seconds ?? 0) : 0));
  const lagMs = 1000 * Math.max(0, ...lags);
  return lagMs === 0 ? [] : [...history.filter(({ until }) => until > now - lagMs), { until: now, state }];
}

/** The state that was current at `time`; undefined if the present one was. */
export function stateThen(history: StateHistory, time: number): Ec2State | undefined {
  return history.find(({ until }) => until > time)?.state;
}
