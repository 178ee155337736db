/** Sorted by name, by code units: the same order on every machine. */
export function sorted<T extends { readonly name: string }>(list: readonly T[]): readonly T[] {
  return [...list].sort((a, b) => (a.name < b.name ? -1 : a.name > b.name ? 1 : 0));
}

/** A value that the checks guarantee. If it is undefined, a check has a bug. */
export function checked<T>(value: T | undefined): T {
  if (value === undefined) throw new Error('bug: an invalid document passed the checks');
  return value;
}
