/** What was seen of a thing: it is there, it is not, or it could not be seen. Unknown is never taken for absent. */
export type Observation<T> = { readonly state: 'present'; readonly value: T } | { readonly state: 'absent' } | Unknown;

/** `soon`: it shows by itself before long, and is waited for. */
interface Unknown {
  readonly state: 'unknown';
  readonly reason: string;
  readonly soon?: true;
}

export const absent = { state: 'absent' } as const;

export function present<T>(value: T): Observation<T> {
  return { state: 'present', value };
}

/** `reason` completes the sentence "could not be seen: …". */
export function unknown(reason: string, soon = false): Unknown {
  return { state: 'unknown', reason, ...(soon ? { soon } : {}) };
}
