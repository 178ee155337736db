import type { LabHost } from '../topology.ts';
import type { FaultArgs } from './active-fault.ts';
import type { FaultTarget } from './target.ts';

/** The arguments that a fault may take; those in brackets are optional. */
export type Parameter =
  | 'HOST'
  | 'PEER'
  | 'PROCESS'
  | 'SECONDS'
  | 'ACTION'
  | 'CODE'
  | 'QUOTA'
  | 'VALUE'
  | '[PERCENT]'
  | '[ACTION]';

/** One entry of the fault table. */
export interface Fault {
  readonly summary: string;
  readonly takes: readonly Parameter[];
  /** The fault that reverts this one, with the same arguments or none; undefined for a fault that reverts others. */
  readonly revertedBy?: string;
  /** Whether it ends when its host reboots. */
  readonly untilBoot?: boolean;
  /** Whether it acts inside the running host, and so needs the host to have power. */
  readonly needsPower?: boolean;
  /** Applies it. `target.activeFaults` is already up to date; `reverts` is whether this ends a fault that was in force. */
  readonly inject: (target: FaultTarget, args: FaultArgs, reverts: boolean) => Promise<void>;
}

/** The HOST argument; throws if it is missing. */
export function hostOf({ host }: FaultArgs): LabHost {
  if (host === undefined) throw new Error('this fault needs a HOST, and none was given');
  return host;
}

/** The PROCESS argument; throws if it is missing. */
export function processOf({ process }: FaultArgs): string {
  if (process === undefined) throw new Error('this fault needs a PROCESS, and none was given');
  return process;
}
