import type { Machine } from '../hosts/machine.ts';
import type { LabHost } from '../topology.ts';
import type { ActiveFault } from './active-fault.ts';

/** What a fault may do to a lab. The daemon implements it. */
export interface FaultTarget {
  /** Hosts that exist, with power or without. */
  readonly hosts: readonly LabHost[];
  readonly activeFaults: readonly ActiveFault[];
  /** Changes the faults in force, then runs `act`; if `act` fails, the change is undone. */
  withFaults(change: (now: readonly ActiveFault[]) => readonly ActiveFault[], act: () => Promise<void>): Promise<void>;
  /** Applies the EC2 state and the faults in force to the network; resolves when packets follow them. */
  wire(): Promise<void>;
  machine(host: LabHost): Pick<Machine, 'on' | 'init' | 'freeze' | 'signal' | 'banner' | 'answering'>;
  start(host: LabHost): Promise<void>;
  /** Shuts a host down (`force`: cuts its power); `reason` is what EC2 shows. */
  stop(host: LabHost, force: boolean, reason: string): Promise<void>;
  powerCycle(host: LabHost): Promise<void>;
  /** Whether the fault `freeze` is in force on the host. */
  isFrozen(host: LabHost): boolean;
}
