import type { ActiveFault } from '../faults/active-fault.ts';
import type { LabHost } from '../topology.ts';
import type { Ec2State, Instance } from './state.ts';

/** What the EC2 API needs of the lab behind it: its state, and the power over its machines. The daemon implements it. */
export interface Ec2Backend {
  readonly ec2: Ec2State;
  readonly activeFaults: readonly ActiveFault[];
  /** The state as it was `lagMs` ago. */
  stateAt(lagMs: number): Ec2State;
  /** The instance of a host; throws if there is none. */
  instance(host: LabHost): Instance;
  /** Replaces the state; resolves when packets follow it. */
  change(next: Ec2State): Promise<void>;
  /** Creates a host that `change` has added to the state, with its own disk, and switches it on. */
  create(host: LabHost): Promise<void>;
  start(host: LabHost): Promise<void>;
  /** Shuts a host down (`force`: cuts its power). */
  stop(host: LabHost, force: boolean, reason: string): Promise<void>;
  reboot(host: LabHost): Promise<void>;
  terminate(host: LabHost, reason: string): Promise<void>;
}
