import type { Lab } from '../support/lab.ts';

/** One thing that goes wrong with a fleet in order: how, what plan must say of it, and what may be touched to heal it. */
export interface Row {
  readonly name: string;
  /** Breaks it, from a host of the lab; comes back when a look can see it. */
  breakIt(lab: Lab): Promise<unknown>;
  /** What plan must say: the subject, and words that a person understands. */
  readonly says: readonly RegExp[];
  /** Exit codes that plan may have; 1 unless told. */
  readonly codes?: readonly number[];
  /** Who heals it unasked within half a minute: on a slow machine that may be before plan can look, and then that is said. */
  readonly byItself?: string;
  /** What a person does once plan has said so, before apply can heal the rest. */
  byHand?(lab: Lab): Promise<unknown>;
  /** Subjects that steps may be taken for, and no other. */
  readonly touches: RegExp;
  /** Lets go of what held the breakage in place. It is done however the row ends. */
  letGo?(lab: Lab): Promise<unknown>;
  /** The tenant that must lose nothing meanwhile, under a writer; undefined where that would be dear. */
  readonly spares?: 'acme' | 'globex';
}
