import type { Drift } from '../reconcilers/drift.ts';
import type { Plan, Step } from '../reconcilers/plan.ts';

/** What the engine tells while it works. Progress, logs and tests listen to this one stream. */
export type Event =
  | { readonly type: 'looking'; readonly pass: number }
  | { readonly type: 'planned'; readonly pass: number; readonly plan: Plan }
  | { readonly type: 'step-begun'; readonly step: Step }
  | { readonly type: 'step-done'; readonly step: Step; readonly milliseconds: number }
  | { readonly type: 'step-failed'; readonly step: Step; readonly reason: string }
  | { readonly type: 'step-dropped'; readonly step: Step; readonly reason: string }
  /** A pass as a whole failed; it is tried again in so long, in words. */
  | { readonly type: 'pass-failed'; readonly reason: string; readonly again: string }
  | { readonly type: 'waiting'; readonly findings: readonly Drift[] }
  | { readonly type: 'ended'; readonly outcome: Outcome };

export type Listener = (event: Event) => void;

/** How an apply ended: done, or what is left and why. */
export interface Outcome {
  readonly result: 'done' | 'operator' | 'blind' | 'timeout' | 'interrupted' | 'failed';
  readonly passes: number;
  readonly steps: number;
  readonly left: readonly Drift[];
}
