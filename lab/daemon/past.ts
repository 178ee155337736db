import type { Ec2State } from '../ec2/state.ts';
import type { Broken } from '../faults/fault.ts';

/** What the API knew lately, for as long as a fault makes it answer from there. */
export class Past {
  private kept: readonly { readonly until: number; readonly state: Ec2State }[] = [];

  /** `before` was true until now. */
  keep(before: Ec2State, broken: readonly Broken[]): void {
    const reach =
      1000 * Math.max(0, ...broken.map(({ fault, given }) => (fault === 'api-eventual' ? (given.seconds ?? 0) : 0)));
    const now = Date.now();
    const recent = this.kept.filter(({ until }) => until > now - reach);
    this.kept = reach === 0 ? [] : [...recent, { until: now, state: before }];
  }

  /** What was true at `time`; undefined when nothing has changed since. */
  at(time: number): Ec2State | undefined {
    return this.kept.find(({ until }) => until > time)?.state;
  }
}
