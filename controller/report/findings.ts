import type { TenantName } from '../../crds/fleet.ts';
import { type Concern, concerns, type Drift, type Remedy, type Subject } from '../../reconcilers/drift.ts';
import { digest } from '../../renderers/text.ts';
import { wordsFor } from '../perform.ts';

/** What a finding means, the worst first. */
export const severities = ['critical', 'error', 'warning', 'info'] as const;
export type Severity = (typeof severities)[number];

/** The rule, in words. */
export const meanings: { readonly [S in Severity]: string } = {
  critical: 'hurts tenants now',
  error: 'could not be seen',
  warning: 'differs, and hurts nobody now',
  info: 'worth knowing',
};

/** One field of one subject that is not as declared: what every view of a report shows. */
export interface Finding {
  /**
   * 12 hexadecimal digits, of the cluster, the subject and the field alone: the same on every run and machine, whatever the
   * values are. Unique within a report: the second of the same name is counted in.
   */
  readonly id: string;
  readonly severity: Severity;
  readonly concern: Concern;
  readonly subject: Subject;
  readonly field: string;
  readonly want: string;
  readonly have: string;
  readonly hurts: readonly TenantName[];
  readonly remedy: FindingRemedy;
}

export interface FindingRemedy {
  readonly by: Remedy['by'];
  /** What apply would do (`apply: redis-1: …`), what is waited for, what a person should do, or why it could not be seen. */
  readonly words: string;
  /** The subject that this one merely rests on: once that is in order, this is looked at anew. Not a cause, but a consequence. */
  readonly on?: Subject;
}

/** A plan's findings in the plan's order. */
export function findingsOf(cluster: string, found: readonly Drift[]): readonly Finding[] {
  const times = new Map<string, number>();
  return found.map((drift) => {
    const name = [cluster, drift.subject, drift.field];
    const before = times.get(JSON.stringify(name)) ?? 0;
    times.set(JSON.stringify(name), before + 1);
    const id = digest(JSON.stringify(before ? [...name, before + 1] : name)).slice(0, 12);
    return findingOf(id, drift);
  });
}

function findingOf(id: string, drift: Drift): Finding {
  const { subject, field, want, have, hurts } = drift;
  const [concern] = subject.split('/') as [Concern];
  return {
    id,
    severity: severityOf(drift),
    concern,
    subject,
    field,
    want,
    have,
    hurts,
    remedy: remedyOf(drift.remedy),
  };
}

/**
 * critical: some tenant is worse off now. error: it could not be seen, which may be anything. warning: it differs, but hurts nobody
 * now. info: worth knowing, nothing to do. What rests on another finding is judged like any other.
 */
export function severityOf({ remedy, hurts }: Pick<Drift, 'remedy' | 'hurts'>): Severity {
  if (remedy.by === 'notice') return 'info';
  if (hurts.length) return 'critical';
  return remedy.by === 'blind' ? 'error' : 'warning';
}

function remedyOf(remedy: Remedy): FindingRemedy {
  if (remedy.by === 'action') {
    const disrupts = remedy.disrupts.length ? ` (disrupts ${remedy.disrupts.join(', ')})` : '';
    return { by: remedy.by, words: `apply: ${remedy.actions.map(wordsFor).join('; then ')}${disrupts}` };
  }
  const on = remedy.by === 'waiting' ? restsOn(remedy.reason) : undefined;
  return { by: remedy.by, words: remedy.reason, ...(on === undefined ? {} : { on }) };
}

/**
 * Concerns and plan say `rests on SUBJECT` of a consequence. What waits for a disruption to be allowed names a subject too, but is
 * a difference of its own, and a cause.
 */
function restsOn(reason: string): Subject | undefined {
  const subject = /^rests on (\S+\/\S+)$/.exec(reason)?.[1];
  return concerns.some((concern) => subject?.startsWith(`${concern}/`)) ? (subject as Subject) : undefined;
}
