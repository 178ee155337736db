import type { Fleet } from '../../crds/fleet.ts';
import type { Plan } from '../../reconcilers/contract/plan.ts';
import { components, type Subject } from '../../reconcilers/contract/subject.ts';
import type { Stats } from '../events/stats.ts';
import {
  componentOf,
  isDependent,
  type ReportedFinding,
  reportedFindings,
  type Severity,
  severities,
} from './findings.ts';

/** All that one pass over one Cluster yielded: what the views of `drift` show. */
export interface Report {
  readonly cluster: string;
  /** When the pass began, milliseconds since 1970, and how long it took. */
  readonly time: number;
  readonly milliseconds: number;
  readonly exit: { readonly code: number; readonly meaning: string };
  /** Every subject that was examined, in order or not, in the order in which a cluster is built; and those that findings name besides. */
  readonly examined: readonly Subject[];
  readonly hosts: { readonly declared: number; readonly reached: number };
  readonly findings: readonly ReportedFinding[];
}

export function reportOf(
  { cluster }: Fleet,
  { items, plan }: { readonly items: readonly { readonly subject: Subject }[]; readonly plan: Pick<Plan, 'findings'> },
  { sshCommands, milliseconds }: Stats,
  { time, exit }: Pick<Report, 'time' | 'exit'>,
): Report {
  const findings = reportedFindings(cluster.name, plan.findings);
  const subjects = new Set([...items.map((item) => item.subject), ...findings.map((finding) => finding.subject)]);
  const reached = cluster.hosts.filter(({ name }) => (sshCommands[name] ?? 0) > 0).length;
  return {
    cluster: cluster.name,
    time,
    milliseconds,
    exit,
    examined: components.flatMap((component) => [...subjects].filter((subject) => componentOf(subject) === component)),
    hosts: { declared: cluster.hosts.length, reached },
    findings,
  };
}

/** Causes, and what merely depends on something: the one is to be read, the other is counted. */
export function splitByCause(findings: readonly ReportedFinding[]): {
  readonly causes: readonly ReportedFinding[];
  readonly dependents: readonly ReportedFinding[];
} {
  return { causes: findings.filter((one) => !isDependent(one)), dependents: findings.filter(isDependent) };
}

export function countsOf(findings: readonly ReportedFinding[]): { readonly [S in Severity]: number } {
  const count = (severity: Severity) => findings.filter((finding) => finding.severity === severity).length;
  return Object.fromEntries(severities.map((severity) => [severity, count(severity)])) as Record<Severity, number>;
}

/** `2 critical, 1 warning`, consequences included: a cause without impact of its own may have one by what depends on it. */
export function countWords(findings: readonly ReportedFinding[]): string {
  const counts = countsOf(findings);
  const reported = severities
    .filter((severity) => counts[severity])
    .map((severity) => `${counts[severity]} ${severity}`);
  return reported.join(', ') || 'no differences';
}

/** Dependents by the subject that is their root cause, in the order found. */
export function groupByRootCause(
  findings: readonly ReportedFinding[],
): ReadonlyMap<Subject, readonly ReportedFinding[]> {
  const { causes, dependents } = splitByCause(findings);
  const own = new Set(causes.map(({ subject }) => subject));
  const below = new Map(dependents.map(({ subject, remedy }) => [subject, remedy.dependsOn] as const));
  const rootOf = (subject: Subject): Subject => {
    const seen = new Set<Subject>();
    let at = subject;
    for (let next = below.get(at); next && !own.has(at) && !seen.has(at); next = below.get(at)) {
      seen.add(at);
      at = next;
    }
    return at;
  };
  const roots = new Map<Subject, readonly ReportedFinding[]>();
  for (const finding of dependents) {
    const root = rootOf(finding.remedy.dependsOn ?? finding.subject);
    roots.set(root, [...(roots.get(root) ?? []), finding]);
  }
  return roots;
}
