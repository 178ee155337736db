import type { Fleet } from '../daemon/fleet.ts';
import type { LabHost } from '../topology.ts';

/** What the words after a fault's name may mean; one in brackets may be left out. */
export type Parameter = 'HOST' | 'PEER' | 'PROCESS' | 'SECONDS' | '[PERCENT]' | '[ACTION]';

/** The words after a fault's name, understood: what the fault does not take is undefined. */
export interface Given {
  readonly host: LabHost | undefined;
  readonly peer: LabHost | undefined;
  /** The name of a command, as the kernel has it (comm of proc(5)). */
  readonly process: string | undefined;
  readonly seconds: number | undefined;
  /** Of the calls, 1 to 100; undefined: all. */
  readonly percent: number | undefined;
  /** Of the EC2 API; undefined: any. */
  readonly action: string | undefined;
}

/** A fault as it was asked for. */
export interface Order {
  readonly fault: string;
  readonly given: Given;
}

/** A fault in force. */
export interface Broken extends Order {
  /** PID of the host's init when it broke, for what does not outlive a boot. */
  readonly boot: number | undefined;
}

/** One entry of the table of faults. */
export interface Fault {
  readonly summary: string;
  readonly takes: readonly Parameter[];
  /** The fault that mends it, told the same; undefined on one that mends. */
  readonly mendedBy?: string;
  /** Whether it is over when its host boots anew. */
  readonly untilBoot?: boolean;
  /** Whether it is done in the running host, which a host without power is not. */
  readonly needsPower?: boolean;
  /** Makes it so. `fleet.broken` has it (or, mended, no longer) when this is called; `mends` is whether something in force is mended. */
  readonly inflict: (fleet: Fleet, given: Given, mends: boolean) => Promise<void>;
}

/** The host that a fault which takes one was told. */
export function hostOf({ host }: Given): LabHost {
  if (host === undefined) throw new Error('This fault takes a host, and was told none.');
  return host;
}

/** The process name that a fault which takes one was told. */
export function processOf({ process }: Given): string {
  if (process === undefined) throw new Error('This fault takes the name of a process, and was told none.');
  return process;
}
