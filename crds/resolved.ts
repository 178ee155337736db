/** By name, in code units: the same order on every machine. */
export function sorted<T extends { readonly name: string }>(list: readonly T[]): readonly T[] {
  return [...list].sort((a, b) => (a.name < b.name ? -1 : a.name > b.name ? 1 : 0));
}

/** A value that a check has vouched for; to get here without it is a bug in a check, not a fault in a document. */
export function checked<T>(value: T | undefined): T {
  if (value === undefined) throw new Error('bug: a document was resolved that the checks should have refused');
  return value;
}
