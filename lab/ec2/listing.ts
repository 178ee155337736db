import { type FilterTable, filtered, type Tag } from './filters.ts';
import { type Prefix, unknownIds } from './ids.ts';
import { filters, list, type Parameters, page } from './query.ts';
import { type Ec2State, tagsOf } from './state.ts';
import type { Xml } from './xml.ts';

export type Answer = { readonly [field: string]: Xml };

/** How a Describe call shows the resources of one kind. */
export interface Listing<T> {
  /** The field of the answer that holds them. */
  readonly set: string;
  /** The parameter with their ids, and the prefix of the ids. */
  readonly ids: string;
  readonly prefix: Prefix;
  readonly id: (row: T) => string;
  readonly rows: (state: Ec2State) => readonly T[];
  readonly fields: (state: Ec2State) => FilterTable<T>['fields'];
  readonly xml: (state: Ec2State, row: T) => Xml;
  /** Largest page size; 1000 by default. */
  readonly maxPageSize?: number;
}

/** The Describe call for a kind of resource: those with the given ids, or all; filtered and paged. */
export function described<T>(listing: Listing<T>): (state: Ec2State, parameters: Parameters) => Answer {
  return (state, parameters) => {
    const named = rowsNamed(listing, state, list(parameters, listing.ids));
    const table = { tags: (row: T) => tagsOf(state, listing.id(row)), fields: listing.fields(state) };
    const shown = page(filtered(named, filters(parameters), table), parameters, listing.maxPageSize);
    return { [listing.set]: shown.items.map((row) => listing.xml(state, row)), nextToken: shown.nextToken };
  };
}

/** The rows with these ids, or all if none is given; throws EC2's error if one does not exist. */
export function rowsNamed<T>(
  { prefix, id, rows }: Pick<Listing<T>, 'prefix' | 'id' | 'rows'>,
  state: Ec2State,
  ids: readonly string[],
): readonly T[] {
  const all = rows(state);
  const missing = ids.filter((one) => !all.some((row) => id(row) === one));
  if (missing.length > 0) throw unknownIds(prefix, missing);
  return all.filter((row) => ids.length === 0 || ids.includes(id(row)));
}

/** The tags of a resource, as Describe calls show them. */
export function tagSet(state: Ec2State, id: string): Xml {
  return tagXml(tagsOf(state, id));
}

export function tagXml(tags: readonly Tag[]): Xml {
  return tags.map(({ key, value }) => ({ key, value }));
}
