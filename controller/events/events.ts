import type { Finding } from '../../reconcilers/contract/finding.ts';
import type { Plan, Step } from '../../reconcilers/contract/plan.ts';

/** What the engine emits while it works. Progress, logs and tests listen to this one stream. */
export type Event =
  | { readonly type: 'observing'; readonly pass: number }
  | { readonly type: 'planned'; readonly pass: number; readonly plan: Plan }
  | { readonly type: 'step-begun'; readonly step: Step }
  /** How far a long step is, in words. */
  | { readonly type: 'step-progress'; readonly step: Step; readonly text: string }
  | { readonly type: 'step-done'; readonly step: Step; readonly milliseconds: number }
  | { readonly type: 'step-failed'; readonly step: Step; readonly reason: string }
  | { readonly type: 'step-dropped'; readonly step: Step; readonly reason: string }
  /** A pass failed as a whole; it is tried again after this many milliseconds. */
  | { readonly type: 'pass-failed'; readonly reason: string; readonly retryMs: number }
  | { readonly type: 'waiting'; readonly findings: readonly Finding[] }
  | { readonly type: 'ended'; readonly outcome: Outcome };

export type Listener = (event: Event) => void;

/** How an apply ended: done, or what is left and why. */
export interface Outcome {
  readonly result: 'done' | 'manual' | 'unknown' | 'timeout' | 'interrupted';
  readonly passes: number;
  readonly steps: number;
  readonly left: readonly Finding[];
}
