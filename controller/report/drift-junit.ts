import { XMLBuilder } from 'fast-xml-parser';
import { concerns, type Subject } from '../../reconcilers/drift.ts';
import { type Finding, severities } from './findings.ts';
import { clipped, oneLine, printable } from './printable.ts';
import { countWords, exitMeanings, type Report } from './report.ts';

/**
 * The reports of a run as JUnit XML: a suite a concern of each Cluster, a case a subject that was examined. What differs is a
 * `failure`, what could not be seen an `error`; a case has at most one of the two, the error before the failure, and all its findings
 * in the text. Notices are the suite's `system-out`. Valid by Windy Road's JUnit.xsd (Ant) and by Jenkins' junit-10.xsd both,
 * hence the attributes that say little and the one order of elements.
 */
export function driftJunit(reports: readonly Report[]): string {
  const suites = reports.flatMap(suitesOf).map((suite, id) => ({ ...suite, '@_id': id }));
  return builder.build({
    '?xml': { '@_version': '1.0', '@_encoding': 'UTF-8' },
    testsuites: suites.length ? { testsuite: suites } : '',
  });
}

const builder = new XMLBuilder({ format: true, ignoreAttributes: false, suppressBooleanAttributes: false });

function suitesOf(report: Report): readonly object[] {
  const { cluster, examined, findings, exit, hosts, time, milliseconds } = report;
  const present = concerns.filter((concern) => examined.some((subject) => subject.startsWith(`${concern}/`)));
  return present.map((concern, index) => {
    const cases = examined
      .filter((subject) => subject.startsWith(`${concern}/`))
      .map((subject) => caseOf(cluster, concern, subject, findings));
    return {
      '@_name': `${cluster} ${concern}`,
      '@_package': cluster,
      // The schema wants no time zone: it is UTC. CI systems add suites' times up, and one look served all suites.
      '@_timestamp': new Date(time).toISOString().slice(0, 19),
      '@_hostname': 'localhost',
      '@_time': index ? 0 : milliseconds / 1000,
      '@_tests': cases.length,
      '@_failures': cases.filter((one) => 'failure' in one).length,
      '@_errors': cases.filter((one) => 'error' in one).length,
      properties: {
        property: [
          property('cluster', cluster),
          property('concern', concern),
          property('exit', `${exit} ${exitMeanings[exit]}`),
          property('hosts', `${hosts.reached} of ${hosts.declared}`),
        ],
      },
      testcase: cases,
      'system-out': textOf(findings.filter((one) => one.concern === concern && one.remedy.by === 'notice')),
      'system-err': '',
    };
  });
}

function property(name: string, value: string): object {
  return { '@_name': name, '@_value': value };
}

function caseOf(cluster: string, concern: string, subject: Subject, findings: readonly Finding[]): object {
  const found = findings.filter((one) => one.subject === subject && one.remedy.by !== 'notice');
  const fault = found.some(({ remedy }) => remedy.by === 'blind') ? 'error' : 'failure';
  const head = { '@_classname': `${cluster}.${concern}`, '@_name': subject, '@_time': 0 };
  if (!found.length) return head;
  const severity = severities.find((one) => found.some((finding) => finding.severity === one));
  return { ...head, [fault]: { '@_type': severity, '@_message': messageOf(found), '#text': textOf(found) } };
}

/** One line that fits a list: the first finding, and how many more there are. */
function messageOf(found: readonly Finding[]): string {
  const [first] = [...found].sort((a, b) => severities.indexOf(a.severity) - severities.indexOf(b.severity));
  if (!first) return '';
  const line = clipped(oneLine(`${first.field}: ${first.have}, should be ${first.want}`), 200);
  return found.length > 1 ? `${line} (${found.length} findings: ${countWords(found)})` : line;
}

function textOf(found: readonly Finding[]): string {
  return found.map(findingText).join('\n');
}

function findingText({ id, severity, subject, field, want, have, hurts, remedy }: Finding): string {
  const indent = (value: string) => printable(value).replaceAll('\n', '\n    ');
  return [
    `${subject} ${oneLine(field)}`,
    `  have: ${indent(have)}`,
    `  want: ${indent(want)}`,
    `  ${severity}${hurts.length ? `, hurts ${hurts.join(', ')}` : ''}`,
    `  ${remedy.by}: ${indent(remedy.words)}`,
    `  id: ${id}`,
    '',
  ].join('\n');
}
