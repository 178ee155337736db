import type { Fleet } from '../crds/fleet.ts';
import type { BoundReconciler } from '../reconcilers/reconciler.ts';
import type { Actuators, Clock, Log, Senses } from './ports.ts';

/** What it took to look: what the adapters counted. */
export interface Effort {
  readonly sshConnections: Readonly<Record<string, number>>;
  readonly sshCommands: Readonly<Record<string, number>>;
  readonly channels: number;
  readonly ec2Calls: Readonly<Record<string, number>>;
  readonly milliseconds: number;
}

/** The media of one Cluster, opened. Only apply asks for the actuators. */
export interface OpenWorld {
  readonly senses: Senses;
  actuators(): Actuators;
  effort(): Effort;
  close(): Promise<void>;
}

/** The documents as files that a person may edit while we run. */
export interface Documents {
  /** Reads and validates them, passwords included. Problems are lines for a person; no fleet when there is any. */
  read(files: readonly string[]): Promise<{ readonly fleets: readonly Fleet[]; readonly problems: readonly string[] }>;
  /** A text that changes when any of these files or folders does. */
  print(files: readonly string[]): Promise<string>;
}

/** What main hands to every command: the edges of the process, as arguments. */
export interface Shell {
  readonly reconcilers: readonly BoundReconciler[];
  readonly clock: Clock;
  /** Reads and validates the documents; says every issue on standard error and yields undefined when there is one. */
  load(files: readonly string[], secrets: 'resolve' | 'ignore'): Promise<readonly Fleet[] | undefined>;
  readonly documents: Documents;
  open(fleet: Fleet): OpenWorld;
  out(text: string): void;
  err(text: string): void;
  /** Writes a file, and replaces one that is there. Rejects when it cannot be written. */
  save(path: string, text: string): Promise<void>;
  /** Standard output is a terminal of this many columns; undefined elsewhere. */
  readonly terminal: { readonly columns: number } | undefined;
  /** Fires on SIGINT and SIGTERM. */
  readonly signal: AbortSignal;
  readonly log: Log;
}

/** Exit codes: the kubectl family, and one more for "could not see everything". */
export const exit = { done: 0, differs: 1, error: 2, unknown: 3 } as const;
export type ExitCode = (typeof exit)[keyof typeof exit];
