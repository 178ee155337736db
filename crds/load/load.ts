import { crossCheck } from '../checks/index.ts';
import type { Fleet } from '../fleet.ts';
import { type Issue, issueAt, sortIssues } from '../issue.ts';
import { resolveFleets } from '../resolve/cluster.ts';
import { validateDocument } from '../schema/validate.ts';
import { type Declared, declare } from './declared.ts';
import { type ParsedDocument, parseDocuments, type Source } from './documents.ts';
import { readPasswords, type SecretReader } from './passwords.ts';

export interface Loaded {
  /** One per Cluster, sorted by name. Empty if there is any issue, so that documents are never applied partially. */
  readonly fleets: readonly Fleet[];
  /** Sorted by file and line. Empty if all documents are valid. */
  readonly issues: readonly Issue[];
}

/**
 * Loads documents: parses them, validates them against the schemas, checks them against each other, and resolves them to
 * fleets. All issues are reported at once. With `secrets: 'ignore'` passwords are not read (each is a Secret without value).
 */
export function loadDocuments(sources: readonly Source[], secrets: SecretReader | 'ignore'): Loaded {
  const parsed = parseDocuments(sources);
  const validations = parsed.documents.map(validateDocument);
  const declared = declare(
    validations.flatMap((one) => ('valid' in one ? [one.valid] : [])),
    validations.flatMap((one) => ('rejected' in one ? [one.rejected] : [])),
    parsed.issues.length > 0,
  );
  const { passwords, issues } = readPasswords(declared.tenants, secrets);
  const all = sortIssues([
    ...parsed.issues,
    ...validations.flatMap((one) => one.issues),
    ...crossCheck(declared),
    ...issues,
    ...noCluster(sources, parsed.documents, declared),
  ]);
  return { fleets: all.length > 0 ? [] : resolveFleets(declared, passwords), issues: all };
}

/** Without a Cluster there is nothing to observe, and nothing may be removed. */
function noCluster(
  sources: readonly Source[],
  documents: readonly ParsedDocument[],
  declared: Declared,
): readonly Issue[] {
  if (declared.incomplete || declared.named.some((one) => one.kind === 'Cluster')) return [];
  const [first] = sources;
  const count = (number: number, what: string) => `${number} ${what}${number === 1 ? '' : 's'}`;
  const read = `${count(documents.length, 'document')} in ${count(sources.length, 'file')} read`;
  const place = { file: first?.file ?? '(no file)', line: 1, column: 1 };
  const remedy = 'add the file that declares the Cluster; a missing file never means "remove everything"';
  return [issueAt(place, ['kind'], `no Cluster is declared (${read})`, remedy)];
}
