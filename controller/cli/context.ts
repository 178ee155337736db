import type { Fleet } from '../../crds/fleet.ts';
import type { BoundReconciler } from '../../reconcilers/contract/reconciler.ts';
import type { Clock, Connections, Log } from '../transport/io.ts';
import type { Documents } from '../watching/document-watcher.ts';

/** What main passes to every command: the edges of the process, as arguments. */
export interface CliContext {
  readonly reconcilers: readonly BoundReconciler[];
  readonly clock: Clock;
  /** Reads and validates the documents; prints every issue to standard error and yields undefined when there is one. */
  load(files: readonly string[], secrets: 'resolve' | 'ignore'): Promise<readonly Fleet[] | undefined>;
  readonly documents: Documents;
  open(fleet: Fleet): Connections;
  out(text: string): void;
  err(text: string): void;
  /** Writes a file, and replaces an existing one. Rejects when it cannot be written. */
  save(path: string, text: string): Promise<void>;
  /** Standard output is a terminal of this many columns; undefined elsewhere. */
  readonly terminal: { readonly columns: number } | undefined;
  /** Fires on SIGINT and SIGTERM. */
  readonly signal: AbortSignal;
  readonly log: Log;
}

/** The part of a context that reads only: commands that change nothing are given no way to. */
export type ReadOnlyContext = Omit<CliContext, 'open'> & {
  open(fleet: Fleet): Omit<Connections, 'executor'>;
};
