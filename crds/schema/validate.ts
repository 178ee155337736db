import type { ClusterDocument, ProxyPairDocument, TenantDocument } from '../documents.generated.ts';
import { type Issue, issueAt } from '../issue.ts';
import type { ParsedDocument } from '../load/documents.ts';
import type { Places } from '../load/positions.ts';
import { explain } from './explain.ts';
import { nearestName } from './nearest-name.ts';
import { KINDS, type Kind } from './schemas.ts';
import { validatorOf } from './validators.ts';

/** A document that matches its schema, with defaults applied. */
export type ValidDocument =
  | { readonly kind: 'Cluster'; readonly places: Places; readonly body: ClusterDocument }
  | { readonly kind: 'Tenant'; readonly places: Places; readonly body: TenantDocument }
  | { readonly kind: 'ProxyPair'; readonly places: Places; readonly body: ProxyPairDocument };

/** A document that does not match its schema. Its kind and name, if present, still resolve references to it. */
export interface RejectedDocument {
  readonly kind: Kind | undefined;
  readonly name: string | undefined;
  readonly places: Places;
}

export type Validation =
  | { readonly valid: ValidDocument; readonly issues: readonly [] }
  | { readonly rejected: RejectedDocument; readonly issues: readonly Issue[] };

/** Validates a document against the schema of its kind. All violations are reported, and defaults are applied. */
export function validateDocument(document: ParsedDocument): Validation {
  const { places, value } = document;
  const reject = (issues: readonly Issue[], kind?: Kind): Validation => ({
    rejected: { kind, name: nameOf(value), places },
    issues,
  });
  if (!isMapping(value)) {
    return reject([
      issueAt(places.at([]), [], 'the document is not a mapping', 'start it with apiVersion, kind, metadata and spec'),
    ]);
  }
  const kind = KINDS.find((known) => known === value['kind']);
  if (kind === undefined) return reject([kindIssue(value['kind'], places)]);
  // Defaults are applied to a copy, so that the parsed document stays as in the file.
  const body = structuredClone(value);
  const validate = validatorOf(kind);
  if (validate(body)) return { valid: { kind, places, body } as unknown as ValidDocument, issues: [] };
  return reject(explain(validate.errors ?? [], places), kind);
}

function kindIssue(kind: unknown, places: Places): Issue {
  const known = KINDS.join(', ');
  if (kind === undefined) return issueAt(places.at([]), ['kind'], 'kind is missing', `add one of ${known}`);
  const meant = typeof kind === 'string' ? nearestName(kind, KINDS) : undefined;
  const remedy = meant === undefined ? `it must be one of ${known}` : `did you mean ${meant}? Known kinds are ${known}`;
  return issueAt(places.at(['kind']), ['kind'], `unknown kind ${JSON.stringify(kind)}`, remedy);
}

function nameOf(value: unknown): string | undefined {
  const metadata = isMapping(value) ? value['metadata'] : undefined;
  const name = isMapping(metadata) ? metadata['name'] : undefined;
  return typeof name === 'string' ? name : undefined;
}

function isMapping(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
