import { invalidValue } from './errors.ts';
import type { Filter } from './query.ts';

/** The values of a row for each filter, and its tags. */
export interface FilterTable<T> {
  readonly fields: { readonly [filter: string]: (row: T) => readonly string[] };
  readonly tags: (row: T) => readonly Tag[];
}

export interface Tag {
  readonly key: string;
  readonly value: string;
}

/** Rows that match every filter; a filter matches when any of its values does. `*` and `?` are wildcards, as in EC2. */
export function filtered<T>(rows: readonly T[], filters: readonly Filter[], table: FilterTable<T>): readonly T[] {
  const tests = filters.map((filter) => ({ read: reader(filter.name, table), patterns: filter.values.map(pattern) }));
  return rows.filter((row) =>
    tests.every((test) => test.read(row).some((have) => test.patterns.some((p) => p.test(have)))),
  );
}

function reader<T>(name: string, table: FilterTable<T>): (row: T) => readonly string[] {
  if (name.startsWith('tag:'))
    return (row) => table.tags(row).flatMap((tag) => (tag.key === name.slice(4) ? [tag.value] : []));
  if (name === 'tag-key') return (row) => table.tags(row).map((tag) => tag.key);
  const field = Object.hasOwn(table.fields, name) ? table.fields[name] : undefined;
  if (field === undefined) throw invalidValue(`The filter '${name}' is invalid`);
  return field;
}

function pattern(value: string): RegExp {
  const source = value
    .replace(/[.+^${}()|[\]\\]/g, '\\$&')
    .replaceAll('*', '.*')
    .replaceAll('?', '.');
  return new RegExp(`^${source}$`, 's');
}
