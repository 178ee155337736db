/** What a changed value of a field does to a cluster that runs. The order is that of the explanation in docs/reference/changes.md. */
export const changeEffects = {
  live: 'applied while everything runs; no connection is closed, and no write fails',
  rolling:
    'the members, or the two proxies, one after the other; at a master or at the virtual IP there is a handover of about a second',
  'moves data': 'the members are created somewhere else, and their data is copied there',
  interrupts: 'clients cannot work for a time, or have to connect elsewhere; how long is said',
  operator: 'used by the operator itself from the next run on; nothing on the hosts changes',
  'at creation': 'counts for what is created from now on; the difference to what exists is shown',
  refused: 'nothing of it is carried out; what to do instead is said',
} as const;

export type ChangeEffect = keyof typeof changeEffects;

/** One field, or several with the same effect. */
export interface ChangeRow {
  /** Below the parent of the group, in the words of the documents; `[]` for each item of a list. */
  readonly fields: readonly string[];
  readonly effect: ChangeEffect;
  /** What exactly happens; how long the interruption is; or what to do instead. */
  readonly note: string;
}

/** Rows of fields below a common parent, such as `spec.mesh`. */
export function below(parent: string, rows: readonly ChangeRow[]): readonly ChangeRow[] {
  return rows.map(({ fields, ...row }) => ({ ...row, fields: fields.map((field) => `${parent}.${field}`) }));
}

export function row(effect: ChangeEffect, fields: string, note: string): ChangeRow {
  return { fields: fields.split(' '), effect, note };
}
