import type { TenantName } from '../../crds/fleet.ts';
import type { Subject } from '../../reconcilers/drift.ts';
import { type Finding, meanings, severities } from './findings.ts';
import { signs } from './plan-text.ts';
import { oneLine, printable } from './printable.ts';
import { countWords, exitMeanings, parted, type Report, restingByRoot } from './report.ts';

/** A report for people: one line that sums up, then the causes, the worst first, then what merely rests on them, counted. */
export function driftText(report: Report): string {
  const { causes } = parted(report.findings);
  const sections = severities.flatMap((severity) => {
    const found = causes.filter((finding) => finding.severity === severity);
    return found.length ? ['', `${severity} (${meanings[severity]})`, ...subjectLines(found)] : [];
  });
  return `${[headline(report), ...sections, ...restingLines(report.findings)].join('\n')}\n`;
}

/** `quickstart: differs from the documents: 2 critical, 1 warning. Looked at 5 of 5 hosts at 2026-01-01T00:00:00Z, 0.6 s ago.` */
export function headline({ cluster, exit, findings, hosts, time, milliseconds }: Report): string {
  const { resting } = parted(findings);
  const rest = resting.length ? ` (${resting.length} of them rest on others)` : '';
  const counts = findings.length ? `: ${countWords(findings)}${rest}` : '';
  const age = `${secondsOf(time)}, ${(milliseconds / 1000).toFixed(1)} s ago`;
  return `${cluster}: ${exitMeanings[exit]}${counts}. Looked at ${hosts.reached} of ${hosts.declared} hosts at ${age}.`;
}

function secondsOf(time: number): string {
  return new Date(time).toISOString().replace(/\.\d+Z$/, 'Z');
}

function subjectLines(findings: readonly Finding[]): readonly string[] {
  const subjects = [...new Set(findings.map(({ subject }) => subject))];
  return subjects.flatMap((subject) => [
    `  ${subject}`,
    ...findings.filter((finding) => finding.subject === subject).flatMap(findingLines),
  ]);
}

/** `~ Port gre-redis-2 protected: false, should be true [acme]`, and below it what would be done, or what is to be done. */
function findingLines(finding: Finding): readonly string[] {
  const { field, hurts, remedy } = finding;
  const tenants = hurts.length ? ` [${hurts.join(', ')}]` : '';
  const [first, ...more] = valuesOf(finding);
  const head = `    ${signs[remedy.by]} ${oneLine(field)}:${first ? ` ${first}` : ''}${tenants}`;
  return [head, ...more, `      ${oneLine(remedy.words)}`];
}

/** Octets of a line up to which two values stand side by side. */
const beside = 100;

/** Both values on the finding's own line; long ones, and those of many lines, in full below it. */
function valuesOf({ want, have }: Finding): readonly string[] {
  const line = `${have}, should be ${want}`;
  if (line.length <= beside && !line.includes('\n')) return [printable(line)];
  return ['', ...block('have: ', have), ...block('want: ', want)];
}

function block(label: string, value: string): readonly string[] {
  return printable(value)
    .split('\n')
    .map((line, index) => `      ${index ? ' '.repeat(label.length) : label}${line}`);
}

function restingLines(findings: readonly Finding[]): readonly string[] {
  const roots = [...restingByRoot(findings)];
  if (!roots.length) return [];
  return ['', 'Rests on others, and is looked at anew once they are in order:', ...roots.map(restingLine)];
}

/** `  mesh/redis-1: 4 findings rest on it (2 critical, 2 warning), of container/acme-r1 and 1 more [acme]` */
export function restingLine([root, resting]: readonly [Subject, readonly Finding[]]): string {
  const [subject, ...others] = [...new Set(resting.map((finding) => finding.subject))];
  const hurts = [...new Set<TenantName>(resting.flatMap((finding) => finding.hurts))].sort();
  const rest = resting.length === 1 ? '1 finding rests' : `${resting.length} findings rest`;
  const of = `${subject}${others.length ? ` and ${others.length} more` : ''}`;
  return `  ${root}: ${rest} on it (${countWords(resting)}), of ${of}${hurts.length ? ` [${hurts.join(', ')}]` : ''}`;
}
