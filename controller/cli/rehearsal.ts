import type { Fleet, Tenant } from '../../crds/fleet.ts';
import type { RespTarget } from '../../reconcilers/facts/fact.ts';
import type { TargetOf } from '../engine/target.ts';
import type { Connections, HostTarget } from '../transport/io.ts';
import type { DrillTarget } from './drill-refusal.ts';

/** All that a drill needs to know before. */
export interface Prepared {
  readonly target: DrillTarget;
  /** What clients connect to. */
  readonly endpoint: RespTarget;
  /** Where the drill's own client may run, the best place first. */
  readonly from: readonly HostTarget[];
  readonly targetOf: TargetOf;
  readonly owner: string;
}

/** A drill that nothing stands in the way of. */
export interface Rehearsal extends Prepared {
  readonly fleet: Fleet;
  readonly tenant: Tenant;
  readonly connections: Connections;
  /** Of the list that the client writes to. */
  readonly key: string;
  readonly timeoutMs: number;
}
