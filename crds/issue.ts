import type { Place } from './fleet.ts';

/** One issue in the documents: its position, the problem, and the fix. */
export interface Issue {
  readonly file: string;
  /** Counts from 1. */
  readonly line: number;
  /** Counts from 1. */
  readonly column: number;
  /** The value within its document, such as `spec.members[1].address`; empty for a document as a whole. */
  readonly path: string;
  readonly problem: string;
  readonly remedy: string;
}

export type Path = readonly (string | number)[];

/** An issue at a position. Problem and remedy never quote a credential. */
export function issueAt(place: Place, path: Path, problem: string, remedy: string): Issue {
  return { file: place.file, line: place.line, column: place.column, path: pathText(path), problem, remedy };
}

/** Sorted by file, line and column; the order is stable. */
export function sortIssues(issues: readonly Issue[]): readonly Issue[] {
  const order = (a: string, b: string) => (a < b ? -1 : a > b ? 1 : 0);
  return [...issues].sort(
    (a, b) =>
      order(a.file, b.file) ||
      a.line - b.line ||
      a.column - b.column ||
      order(a.path, b.path) ||
      order(a.problem, b.problem),
  );
}

/** `file:line:column: path: problem; remedy`, one line. */
export function issueText(issue: Issue): string {
  const path = issue.path === '' ? '' : `${issue.path}: `;
  return `${issue.file}:${issue.line}:${issue.column}: ${path}${issue.problem}; ${issue.remedy}`;
}

/** `tenant-acme.yaml:7`, to refer to another position. */
export function placeText(place: Place): string {
  return `${place.file}:${place.line}`;
}

/** `spec.members[1].address`; a key that is not an identifier is quoted. */
export function pathText(path: Path): string {
  return path.reduce<string>((text, step) => {
    if (typeof step === 'number') return `${text}[${step}]`;
    if (!/^[A-Za-z_][\w-]*$/.test(step)) return `${text}[${JSON.stringify(step)}]`;
    return text === '' ? step : `${text}.${step}`;
  }, '');
}
