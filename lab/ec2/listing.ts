import { type FilterTable, filtered, type Tag } from './filters.ts';
import { type Prefix, unknownIds } from './ids.ts';
import { filters, list, type Parameters, page } from './query.ts';
import { type Ec2State, tagsOf } from './state.ts';
import type { Xml } from './xml.ts';

export type Answer = { readonly [field: string]: Xml };

/** How one Describe call shows things of one kind. */
export interface Listing<T> {
  /** The answer's field that holds them. */
  readonly set: string;
  /** The parameter that names them, and the prefix of their ids. */
  readonly ids: string;
  readonly prefix: Prefix;
  readonly id: (row: T) => string;
  readonly rows: (state: Ec2State) => readonly T[];
  readonly fields: (state: Ec2State) => FilterTable<T>['fields'];
  readonly xml: (state: Ec2State, row: T) => Xml;
  /** Most a page takes; 1000 unless told. */
  readonly most?: number;
}

/** The Describe call of a kind of things: those named, all of them when none is; filtered, and in pages. */
export function described<T>(listing: Listing<T>): (state: Ec2State, parameters: Parameters) => Answer {
  return (state, parameters) => {
    const named = rowsNamed(listing, state, list(parameters, listing.ids));
    const table = { tags: (row: T) => tagsOf(state, listing.id(row)), fields: listing.fields(state) };
    const shown = page(filtered(named, filters(parameters), table), parameters, listing.most);
    return { [listing.set]: shown.items.map((row) => listing.xml(state, row)), nextToken: shown.nextToken };
  };
}

/** The things called by `ids`; EC2's own error when one does not exist. */
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

/** The tags of a thing as its description holds them. */
export function tagSet(state: Ec2State, id: string): Xml {
  return tagXml(tagsOf(state, id));
}

export function tagXml(tags: readonly Tag[]): Xml {
  return tags.map(({ key, value }) => ({ key, value }));
}
