import type { ClusterDocument, ProxyPairDocument, TenantDocument } from './documents.generated.ts';
import type { Place } from './fleet.ts';
import { type Issue, issueAt, type Path } from './issue.ts';
import type { Places } from './places.ts';
import type { Kind, RejectedDocument, ValidDocument } from './validate.ts';

/** A document that fits its schema, with the place of each of its values. */
export interface Entry<Body> {
  readonly name: string;
  readonly body: Body;
  readonly places: Places;
}
export type ClusterEntry = Entry<ClusterDocument>;
export type TenantEntry = Entry<TenantDocument>;
export type ProxyPairEntry = Entry<ProxyPairDocument>;

/** All documents together, for the checks that look across them. */
export interface Declared {
  readonly clusters: readonly ClusterEntry[];
  readonly tenants: readonly TenantEntry[];
  readonly proxyPairs: readonly ProxyPairEntry[];
  /** Every document that tells its kind and name, those included that do not fit their schema. */
  readonly named: readonly { readonly kind: Kind; readonly name: string; readonly place: Place }[];
  /** Whether something could not be read at all, so that what seems missing may stand there. */
  readonly incomplete: boolean;
}

/** A check across documents: every fault it sees, at its place. */
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

/** By a name that may be the tenant's, the pair's or the cluster's: the first of that name. */
export function byName<Body>(entries: readonly Entry<Body>[], name: string): Entry<Body> | undefined {
  return entries.find((one) => one.name === name);
}
