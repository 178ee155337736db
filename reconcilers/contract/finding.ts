import type { TenantName } from '../../crds/fleet.ts';
import type { Reason } from './reasons.ts';
import type { Remedy } from './remedy.ts';
import type { Subject } from './subject.ts';

/** One field of one subject that differs from the declaration, and its remedy. */
export interface Finding {
  readonly subject: Subject;
  /** The name of the field, such as `Port gre-redis-2 protected`. Part of the finding's published id. */
  readonly field: string;
  readonly want: string;
  readonly have: string;
  /** What is wrong, as a code (reasons.ts). Programs and tests decide on it, never on texts. */
  readonly reason: Reason;
  /** Tenants that are worse off while this lasts. A mere risk is no impact. */
  readonly impacts: readonly TenantName[];
  readonly remedy: Remedy;
}

/** Builds findings about one subject. `impacts` overrides that of the builder. */
export type FindingBuilder = (
  reason: Reason,
  field: string,
  values: { readonly have: string; readonly want: string },
  remedy: Remedy,
  impacts?: readonly TenantName[],
) => Finding;

/** The one way to create findings. `impacts`: tenants that are worse off while such a finding lasts, unless overridden. */
export function findingsAbout(
  subject: Subject,
  { impacts = [] }: { readonly impacts?: readonly TenantName[] } = {},
): FindingBuilder {
  return (reason, field, { have, want }, remedy, own = impacts) => ({
    subject,
    field,
    want,
    have,
    reason,
    impacts: own,
    remedy,
  });
}

/** Whether the state behind a finding is unknown: for now, or until it is resolved manually. */
export function isUnknown({ remedy }: Finding): boolean {
  return remedy.by === 'unknown' || ('unknown' in remedy && remedy.unknown === true);
}
