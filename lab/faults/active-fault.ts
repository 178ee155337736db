import type { LabHost } from '../topology.ts';

/** The parsed arguments of a fault; those that the fault does not take are undefined. */
export interface FaultArgs {
  readonly host: LabHost | undefined;
  readonly peer: LabHost | undefined;
  /** The name of a command, as the kernel has it (comm of proc(5)). */
  readonly process: string | undefined;
  readonly seconds: number | undefined;
  /** Share of the calls, 1 to 100; undefined: all. */
  readonly percent: number | undefined;
  /** An action of the EC2 API; undefined: any. */
  readonly action: string | undefined;
  /** An error code of the EC2 API or of a state reason, or an HTTP status. */
  readonly code: string | undefined;
  /** The code of a quota in Service Quotas, and its value. */
  readonly quota: string | undefined;
  readonly value: number | undefined;
}

/** A request to inject or revert a fault. */
export interface FaultRequest {
  readonly fault: string;
  readonly args: FaultArgs;
}

/** A fault in force. */
export interface ActiveFault extends FaultRequest {
  /** PID of the host's init at the time of the injection, for faults that end with a boot. */
  readonly boot: number | undefined;
}
