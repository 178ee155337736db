import type { ExpectedFinding } from '../support/findings.ts';
import type { Lab } from '../support/lab.ts';

/** One fault of a fleet that is in order: how it is caused, how plan and drift must report it, and which subjects its repair may change. */
export interface Row {
  readonly name: string;
  /** Causes it, from a host of the lab. Resolves once it can be observed. */
  breakIt(lab: Lab): Promise<unknown>;
  /** The findings that plan and drift must report. */
  readonly expected: readonly ExpectedFinding[];
  /** Permitted exit codes of plan and drift; default: 1. */
  readonly codes?: readonly number[];
  /** What repairs it within half a minute without us. On a slow machine that may be before the first observation, which is then reported. */
  readonly repairedBy?: string;
  /** The manual action that it requires before apply can repair the rest. */
  manualAction?(lab: Lab): Promise<unknown>;
  /** The only subjects for which steps may be executed. */
  readonly changes: RegExp;
  /** Ends what kept the fault in place, also when the row fails. */
  release?(lab: Lab): Promise<unknown>;
  /** A tenant that must not lose a write meanwhile; left out where that would take long to test. */
  readonly unaffected?: 'acme' | 'globex';
}
