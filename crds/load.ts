import { crossCheck } from './cross-checks.ts';
import { type Declared, declare } from './declared.ts';
import { type ParsedDocument, parseDocuments, type Source } from './documents.ts';
import type { Fleet } from './fleet.ts';
import { type Issue, issueAt, sortIssues } from './issue.ts';
import { readPasswords, type SecretReader } from './passwords.ts';
import { resolveFleets } from './resolve.ts';
import { validateDocument } from './validate.ts';

export interface Loaded {
  /** One a Cluster, sorted by name; empty as soon as there is any issue, so that nothing is done by halves. */
  readonly fleets: readonly Fleet[];
  /** By file and line; empty if and only if everything is in order. */
  readonly issues: readonly Issue[];
}

/**
 * Documents to fleets: read, held against the schemas, checked against each other, and resolved. Everything that is
 * wrong is told at once. With `secrets: 'ignore'` passwords are not read (each is a Secret without value).
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

/** Without a Cluster there is nothing to look at, and least of all anything to remove. */
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
  const remedy = 'give the file that declares the Cluster too; a missing file never means "remove everything"';
  return [issueAt(place, ['kind'], `no Cluster is declared (${read})`, remedy)];
}
