import { Ajv, type ValidateFunction } from 'ajv';
import * as address from './address.ts';
import {
  type ClusterDocument,
  clusterSchema,
  type ProxyPairDocument,
  proxyPairSchema,
  type TenantDocument,
  tenantSchema,
} from './documents.generated.ts';
import type { ParsedDocument } from './documents.ts';
import { explain } from './explain.ts';
import { type Issue, issueAt } from './issue.ts';
import { nearestName } from './nearest.ts';
import type { Places } from './places.ts';

export const KINDS = ['Cluster', 'Tenant', 'ProxyPair'] as const;
export type Kind = (typeof KINDS)[number];

/** A document that fits its schema, defaults filled. */
export type ValidDocument =
  | { readonly kind: 'Cluster'; readonly places: Places; readonly body: ClusterDocument }
  | { readonly kind: 'Tenant'; readonly places: Places; readonly body: TenantDocument }
  | { readonly kind: 'ProxyPair'; readonly places: Places; readonly body: ProxyPairDocument };

/** A document that does not fit. Kind and name, as far as it tells them, keep others from complaining that it is missing. */
export interface RejectedDocument {
  readonly kind: Kind | undefined;
  readonly name: string | undefined;
  readonly places: Places;
}

export type Validation =
  | { readonly valid: ValidDocument; readonly issues: readonly [] }
  | { readonly rejected: RejectedDocument; readonly issues: readonly Issue[] };

/** Holds a document against the schema of its kind: every violation at once, and the defaults filled in. */
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
  // The defaults are written into a copy: a parsed document stays what the file says.
  const body = structuredClone(value);
  const validate = validator(kind);
  if (validate(body)) return { valid: { kind, places, body } as unknown as ValidDocument, issues: [] };
  return reject(explain(validate.errors ?? [], places), kind);
}

function kindIssue(kind: unknown, places: Places): Issue {
  const known = KINDS.join(', ');
  if (kind === undefined) return issueAt(places.at([]), ['kind'], 'kind is missing', `add one of ${known}`);
  const meant = typeof kind === 'string' ? nearestName(kind, KINDS) : undefined;
  const remedy = meant === undefined ? `it must be one of ${known}` : `did you mean ${meant}? Known are ${known}`;
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

const SCHEMAS: Readonly<Record<Kind, object>> = {
  Cluster: clusterSchema,
  Tenant: tenantSchema,
  ProxyPair: proxyPairSchema,
};
const compiled = new Map<Kind, ValidateFunction>();

function validator(kind: Kind): ValidateFunction {
  const known = compiled.get(kind) ?? newAjv().compile(SCHEMAS[kind]);
  compiled.set(kind, known);
  return known;
}

function newAjv(): Ajv {
  const ajv = new Ajv({
    allErrors: true,
    verbose: true,
    useDefaults: true,
    strict: true,
    strictRequired: false,
    allowUnionTypes: true,
  });
  // Strict mode throws on keywords it does not know; these speak to Kubernetes only.
  for (const keyword of ['int-or-string', 'list-type', 'list-map-keys']) ajv.addKeyword(`x-kubernetes-${keyword}`);
  ajv.addFormat('ipv4', (text: string) => address.ipv4(text) !== undefined);
  ajv.addFormat('cidr', (text: string) => address.cidr(text) !== undefined);
  ajv.addFormat('date-time', (text: string) => !Number.isNaN(Date.parse(text)));
  for (const format of ['int32', 'int64']) ajv.addFormat(format, { type: 'number', validate: Number.isSafeInteger });
  return ajv;
}
