import type { ReportedFinding } from '../../../controller/report/findings.ts';
import type { ExpectedFinding } from '../support/findings.ts';
import type { Lab } from '../support/lab.ts';
import type { TenantName } from '../support/members.ts';
import type { TenantView } from '../support/tenants.ts';

/** Something that happens to a fleet in order, and what the commands must say of it while it lasts. */
export interface Case {
  readonly name: string;
  /** The tenant whose clients are asked. */
  readonly tenant: TenantName;
  /** Causes it. Resolves once it can be observed. */
  breakIt(lab: Lab): Promise<unknown>;
  /** Of the Ready condition that `get` shows. True if and only if a client can write and read meanwhile; Unknown if nothing can tell. */
  readonly ready: 'True' | 'False' | 'Unknown';
  readonly reason: string;
  /** In the message of the Ready condition. */
  readonly words?: RegExp;
  /** `get` says so the first time that it is asked; otherwise within a minute, as it takes some time to show. */
  readonly atOnce?: true;
  /** The findings of `plan`, among them. */
  readonly findings: readonly ExpectedFinding[];
  /** What else must hold of both answers; of the findings without those that are only info. */
  check?(shown: TenantView, findings: readonly ReportedFinding[]): void;
  /** Exit code of `plan`. */
  readonly plan: 0 | 1 | 3;
  /** Exit code of `apply` meanwhile: 0, it repairs or waits for it; 2, somebody must act; 3, something is unknown. */
  readonly apply: 0 | 2 | 3;
  /** What somebody must do before everything is in order again. Also called if the case fails, or was repaired. */
  release?(lab: Lab): Promise<unknown>;
}
