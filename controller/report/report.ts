import type { Fleet } from '../../crds/fleet.ts';
import { concerns, type Subject } from '../../reconcilers/drift.ts';
import type { Look } from '../pass.ts';
import type { Effort, ExitCode } from '../shell.ts';
import { type Finding, findingsOf, type Severity, severities } from './findings.ts';

/** All that one look at one Cluster yielded: what the views of `drift` show. */
export interface Report {
  readonly cluster: string;
  /** When the look began, milliseconds since 1970, and how long it took. */
  readonly time: number;
  readonly milliseconds: number;
  readonly exit: ExitCode;
  /** Every subject that was examined, in order or not, in the order in which the world is built; and those that findings name besides. */
  readonly examined: readonly Subject[];
  readonly hosts: { readonly declared: number; readonly reached: number };
  readonly findings: readonly Finding[];
}

export function reportOf(
  { cluster }: Fleet,
  { items, plan }: Pick<Look, 'items' | 'plan'>,
  { sshCommands, milliseconds }: Effort,
  { time, exit }: { readonly time: number; readonly exit: ExitCode },
): Report {
  const findings = findingsOf(cluster.name, plan.findings);
  const subjects = new Set([...items.map((item) => item.subject), ...findings.map((finding) => finding.subject)]);
  const reached = cluster.hosts.filter(({ name }) => (sshCommands[name] ?? 0) > 0).length;
  return {
    cluster: cluster.name,
    time,
    milliseconds,
    exit,
    examined: concerns.flatMap((concern) => [...subjects].filter((subject) => subject.startsWith(`${concern}/`))),
    hosts: { declared: cluster.hosts.length, reached },
    findings,
  };
}

/** What an exit code says of a report. */
export const exitMeanings: { readonly [C in ExitCode]: string } = {
  0: 'in order',
  1: 'differs from the documents',
  2: 'error',
  3: 'something could not be seen',
};

/** Causes, and what merely rests on something: the one is to be read, the other is counted. */
export function parted(findings: readonly Finding[]): {
  readonly causes: readonly Finding[];
  readonly resting: readonly Finding[];
} {
  const rests = ({ remedy }: Finding) => remedy.on !== undefined;
  return { causes: findings.filter((one) => !rests(one)), resting: findings.filter(rests) };
}

export function countsOf(findings: readonly Finding[]): { readonly [S in Severity]: number } {
  const count = (severity: Severity) => findings.filter((finding) => finding.severity === severity).length;
  return Object.fromEntries(severities.map((severity) => [severity, count(severity)])) as Record<Severity, number>;
}

/** `2 critical, 1 warning`, consequences counted too: a cause that hurts nobody by itself may hurt by what rests on it. */
export function countWords(findings: readonly Finding[]): string {
  const counts = countsOf(findings);
  const told = severities.filter((severity) => counts[severity]).map((severity) => `${counts[severity]} ${severity}`);
  return told.join(', ') || 'no differences';
}

/** What rests on what, followed down to the subjects that are causes: `[root, how many findings rest on it]`, in the order found. */
export function restingByRoot(findings: readonly Finding[]): ReadonlyMap<Subject, readonly Finding[]> {
  const { causes, resting } = parted(findings);
  const own = new Set(causes.map(({ subject }) => subject));
  const below = new Map(resting.map(({ subject, remedy }) => [subject, remedy.on] as const));
  const rootOf = (subject: Subject): Subject => {
    const seen = new Set<Subject>();
    let at = subject;
    for (let next = below.get(at); next && !own.has(at) && !seen.has(at); next = below.get(at)) {
      seen.add(at);
      at = next;
    }
    return at;
  };
  const roots = new Map<Subject, readonly Finding[]>();
  for (const finding of resting) {
    const root = rootOf(finding.remedy.on ?? finding.subject);
    roots.set(root, [...(roots.get(root) ?? []), finding]);
  }
  return roots;
}
