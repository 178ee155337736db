import type { ClusterDocument, ProxyPairDocument, TenantDocument } from '../documents.generated.ts';
import type { Place } from '../fleet.ts';
import { type Issue, issueAt, type Path } from '../issue.ts';
import type { Kind } from '../schema/schemas.ts';
import type { RejectedDocument, ValidDocument } from '../schema/validate.ts';
import type { Places } from './positions.ts';

/** A document that matches its schema, with the position of each value. */
export interface Entry<Body> {
  readonly name: string;
  readonly body: Body;
  readonly places: Places;
}
export type ClusterEntry = Entry<ClusterDocument>;
export type TenantEntry = Entry<TenantDocument>;
export type ProxyPairEntry = Entry<ProxyPairDocument>;

/** All documents, for the checks across documents. */
export interface Declared {
  readonly clusters: readonly ClusterEntry[];
  readonly tenants: readonly TenantEntry[];
  readonly proxyPairs: readonly ProxyPairEntry[];
  /** Every document with a kind and a name, even if it does not match its schema. */
  readonly named: readonly { readonly kind: Kind; readonly name: string; readonly place: Place }[];
  /** A document could not be read, so a missing document may be that one. */
  readonly incomplete: boolean;
}

/** A check across documents. It returns every issue with its position. */
export type Check = (declared: Declared) => readonly Issue[];

export function declare(
  valid: readonly ValidDocument[],
  rejected: readonly RejectedDocument[],
  unreadable: boolean,
): Declared {
  const named = [
    ...valid.map(({ kind, body, places }) => ({
      kind,
      name: body.metadata.name,
      place: places.at(['metadata', 'name']),
    })),
    ...rejected.flatMap(({ kind, name, places }) =>
      kind === undefined || name === undefined ? [] : [{ kind, name, place: places.at(['metadata', 'name']) }],
    ),
  ];
  return {
    clusters: valid.flatMap((one) => (one.kind === 'Cluster' ? [entry(one.body, one.places)] : [])),
    tenants: valid.flatMap((one) => (one.kind === 'Tenant' ? [entry(one.body, one.places)] : [])),
    proxyPairs: valid.flatMap((one) => (one.kind === 'ProxyPair' ? [entry(one.body, one.places)] : [])),
    named,
    incomplete: unreadable || rejected.some(({ kind, name }) => kind === undefined || name === undefined),
  };
}

function entry<Body extends { metadata: { name: string } }>(body: Body, places: Places): Entry<Body> {
  return { name: body.metadata.name, body, places };
}

/** An issue at the value of an entry. */
export function fault(entry: Entry<unknown>, path: Path, problem: string, remedy: string): Issue {
  return issueAt(entry.places.at(path), path, problem, remedy);
}

/** The first entry with this name. */
export function byName<Body>(entries: readonly Entry<Body>[], name: string): Entry<Body> | undefined {
  return entries.find((one) => one.name === name);
}
