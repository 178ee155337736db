import { XMLBuilder } from 'fast-xml-parser';
import { components, type Subject } from '../../reconcilers/contract/subject.ts';
import { componentOf, type ReportedFinding, severities } from './findings.ts';
import { difference } from './plan-text.ts';
import { clipped, oneLine, printable } from './printable.ts';
import { countWords, type Report } from './report.ts';

/**
 * The reports of a run as JUnit XML: a suite per component of each Cluster, a case per subject that was examined. What differs is a
 * `failure`, what is unknown an `error`; a case has at most one of the two, the error before the failure, and all its findings in the
 * text. Info is the suite's `system-out`. Valid by Windy Road's JUnit.xsd (Ant) and by Jenkins' junit-10.xsd both, hence the attributes
 * without information and the fixed order of elements.
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
  const present = components.filter((component) => examined.some((subject) => componentOf(subject) === component));
  return present.map((component, index) => {
    const cases = examined
      .filter((subject) => componentOf(subject) === component)
      .map((subject) => caseOf(cluster, component, subject, findings));
    return {
      '@_name': `${cluster} ${component}`,
      '@_package': cluster,
      // The schema wants no time zone: it is UTC. CI systems add up suites' times, and one pass served all suites.
      '@_timestamp': new Date(time).toISOString().slice(0, 19),
      '@_hostname': 'localhost',
      '@_time': index ? 0 : milliseconds / 1000,
      '@_tests': cases.length,
      '@_failures': cases.filter((one) => 'failure' in one).length,
      '@_errors': cases.filter((one) => 'error' in one).length,
      properties: {
        property: [
          property('cluster', cluster),
          property('component', component),
          property('exit', `${exit.code} ${exit.meaning}`),
          property('hosts', `${hosts.reached} of ${hosts.declared}`),
        ],
      },
      testcase: cases,
      'system-out': textOf(findings.filter((one) => one.component === component && one.remedy.by === 'info')),
      'system-err': '',
    };
  });
}

function property(name: string, value: string): object {
  return { '@_name': name, '@_value': value };
}

function caseOf(cluster: string, component: string, subject: Subject, findings: readonly ReportedFinding[]): object {
  const found = findings.filter((one) => one.subject === subject && one.remedy.by !== 'info');
  const fault = found.some(({ remedy }) => remedy.by === 'unknown') ? 'error' : 'failure';
  const head = { '@_classname': `${cluster}.${component}`, '@_name': subject, '@_time': 0 };
  if (!found.length) return head;
  const severity = severities.find((one) => found.some((finding) => finding.severity === one));
  return { ...head, [fault]: { '@_type': severity, '@_message': messageOf(found), '#text': textOf(found) } };
}

/** One line that fits a list: the first finding, and how many more there are. */
function messageOf(found: readonly ReportedFinding[]): string {
  const [first] = [...found].sort((a, b) => severities.indexOf(a.severity) - severities.indexOf(b.severity));
  if (!first) return '';
  const line = clipped(oneLine(difference(first)), 200);
  return found.length > 1 ? `${line} (${found.length} findings: ${countWords(found)})` : line;
}

function textOf(found: readonly ReportedFinding[]): string {
  return found.map(findingText).join('\n');
}

function findingText({ id, severity, subject, field, want, have, reason, impacts, remedy }: ReportedFinding): string {
  const indent = (value: string) => printable(value).replaceAll('\n', '\n    ');
  return [
    `${subject} ${oneLine(field)}: ${reason}`,
    `  have: ${indent(have)}`,
    `  want: ${indent(want)}`,
    `  ${severity}${impacts.length ? `, impacts ${impacts.join(', ')}` : ''}`,
    `  ${remedy.by}: ${indent(remedy.message)}`,
    `  id: ${id}`,
    '',
  ].join('\n');
}
