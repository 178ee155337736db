import { severities } from './findings.ts';
import { countsOf, type Report, splitByCause } from './report.ts';

/** The reports of a run as one document: a List, of one Report per Cluster, however many there are. */
export function driftJson(reports: readonly Report[]): string {
  return `${JSON.stringify({ apiVersion: 'v1', kind: 'List', items: reports.map(documentOf) }, null, 2)}\n`;
}

/**
 * Fields are added within a version, and neither renamed nor removed (docs/reference/json.md). `summary.dependents` counts the findings that
 * only wait for another subject; the counts by severity and remedy hold them too.
 */
function documentOf({ cluster, time, milliseconds, exit, examined, hosts, findings }: Report): object {
  const byRemedy = ['action', 'waiting', 'manual', 'unknown', 'info'] as const;
  const count = (by: (typeof byRemedy)[number]) => findings.filter(({ remedy }) => remedy.by === by).length;
  const counts = countsOf(findings);
  return {
    apiVersion: 'redis-ec2.dev/v1alpha1',
    kind: 'Report',
    cluster,
    time: new Date(time).toISOString(),
    seconds: milliseconds / 1000,
    exit,
    summary: {
      hosts,
      subjects: examined.length,
      findings: findings.length,
      dependents: splitByCause(findings).dependents.length,
      severity: Object.fromEntries(severities.map((severity) => [severity, counts[severity]])),
      remedy: Object.fromEntries(byRemedy.map((by) => [by, count(by)])),
    },
    findings,
  };
}
