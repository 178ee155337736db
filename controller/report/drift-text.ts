import type { TenantName } from '../../crds/fleet.ts';
import type { Subject } from '../../reconcilers/contract/subject.ts';
import { meanings, type ReportedFinding, severities } from './findings.ts';
import { printedOnce, statusMarkers } from './plan-text.ts';
import { oneLine, printable } from './printable.ts';
import { countWords, groupByRootCause, type Report, splitByCause } from './report.ts';

/** A report for people: one line that sums up, then the causes, the worst first, then what merely depends on them, counted. */
export function driftText(report: Report): string {
  const { causes } = splitByCause(report.findings);
  const printed = new Map<string, Subject>();
  const sections = severities.flatMap((severity) => {
    const found = causes.filter((finding) => finding.severity === severity);
    return found.length ? ['', `${severity} (${meanings[severity]})`, ...subjectLines(found, printed)] : [];
  });
  return `${[headline(report), ...sections, ...dependentLines(report.findings)].join('\n')}\n`;
}

/** `quickstart: differs from the documents: 2 critical, 1 warning. Observed 5 of 5 hosts at 2026-01-01T00:00:00Z, 0.6 s ago.` */
export function headline({ cluster, exit, findings, hosts, time, milliseconds }: Report): string {
  const { dependents } = splitByCause(findings);
  const rest = dependents.length ? ` (${dependents.length} of them depend on others)` : '';
  const counts = findings.length ? `: ${countWords(findings)}${rest}` : '';
  const age = `${secondsOf(time)}, ${(milliseconds / 1000).toFixed(1)} s ago`;
  return `${cluster}: ${exit.meaning}${counts}. Observed ${hosts.reached} of ${hosts.declared} hosts at ${age}.`;
}

function secondsOf(time: number): string {
  return new Date(time).toISOString().replace(/\.\d+Z$/, 'Z');
}

function subjectLines(findings: readonly ReportedFinding[], printed: Map<string, Subject>): readonly string[] {
  const subjects = [...new Set(findings.map(({ subject }) => subject))];
  return subjects.flatMap((subject) => [
    `  ${subject}`,
    ...findings.filter((finding) => finding.subject === subject).flatMap((finding) => findingLines(finding, printed)),
  ]);
}

/** `~ Port gre-redis-2 protected: false -> true [acme]`, and below it what apply would do, or what you should do. */
function findingLines(finding: ReportedFinding, printed: Map<string, Subject>): readonly string[] {
  const { subject, field, impacts, remedy } = finding;
  const tenants = impacts.length ? ` [${impacts.join(', ')}]` : '';
  const [first, ...more] = valuesOf(finding);
  const head = `    ${statusMarkers[remedy.by]} ${oneLine(field)}:${first ? ` ${first}` : ''}${tenants}`;
  return [head, ...more, `      ${oneLine(printedOnce(remedy.message, subject, printed))}`];
}

/** Characters of a line up to which both values are put on it. */
const beside = 100;

/** Both values on the finding's own line; long ones, and those of many lines, in full below it. */
function valuesOf({ want, have }: ReportedFinding): readonly string[] {
  const line = `${have} -> ${want}`;
  if (line.length <= beside && !line.includes('\n')) return [printable(line)];
  return ['', ...block('have: ', have), ...block('want: ', want)];
}

function block(label: string, value: string): readonly string[] {
  return printable(value)
    .split('\n')
    .map((line, index) => `      ${index ? ' '.repeat(label.length) : label}${line}`);
}

function dependentLines(findings: readonly ReportedFinding[]): readonly string[] {
  const roots = [...groupByRootCause(findings)];
  if (!roots.length) return [];
  return ['', 'Depends on others, and is checked again once they are in order:', ...roots.map(dependentLine)];
}

/** `  mesh/redis-1: 4 findings depend on it (2 critical, 2 warning), of container/acme-r1 and 1 more [acme]` */
export function dependentLine([root, dependents]: readonly [Subject, readonly ReportedFinding[]]): string {
  const [subject, ...others] = [...new Set(dependents.map((finding) => finding.subject))];
  const impacts = [...new Set<TenantName>(dependents.flatMap((finding) => finding.impacts))].sort();
  const rest = dependents.length === 1 ? '1 finding depends' : `${dependents.length} findings depend`;
  const of = `${subject}${others.length ? ` and ${others.length} more` : ''}`;
  return `  ${root}: ${rest} on it (${countWords(dependents)}), of ${of}${impacts.length ? ` [${impacts.join(', ')}]` : ''}`;
}
