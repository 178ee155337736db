/** What fails in a drill: the master's Redis, the daemons of the proxy with the virtual IP, or the master's host. */
export const kills = ['master', 'proxy', 'host'] as const;
export type Kill = (typeof kills)[number];

/** What the client of a drill saw. Times in milliseconds after the kill. */
export interface ClientView {
  readonly attempted: number;
  /** Writes that a replica confirmed too. */
  readonly acknowledged: number;
  /** Of these, those that are not there at the end; undefined: they could not be read back. */
  readonly lost: number | undefined;
  /** The longest time between two acknowledged writes that ended after the kill. `ended` undefined: it lasts. */
  readonly gap: { readonly began: number; readonly ended: number | undefined };
  /** The longest one before the kill. */
  readonly usualGapMs: number;
  /** How often a write failed, by the first words of the error. */
  readonly errors: Readonly<Record<string, number>>;
}

/** Where a role was, before the kill and at the end; `?`: not known. */
export interface Moved {
  readonly before: string;
  readonly after: string;
}

/** What a drill has shown. Times in milliseconds after the kill. */
export interface DrillReport {
  readonly tenant: string;
  readonly kill: Kill;
  readonly client: ClientView;
  readonly master: Moved;
  readonly owner: Moved;
  /** Until all members were in sync again; undefined: they are not, or they never were not. */
  readonly inSyncMs: number | undefined;
  /** Until nothing was left to repair; undefined: something is. */
  readonly wholeMs: number | undefined;
  /** Of the replicas, as the last master has counted them since the kill; undefined: it does not say. */
  readonly syncs: { readonly partial: number; readonly full: number } | undefined;
}
