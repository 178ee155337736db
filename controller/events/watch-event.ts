import type { Finding } from '../../reconcilers/contract/finding.ts';
import type { Step } from '../../reconcilers/contract/plan.ts';
import type { Subject } from '../../reconcilers/contract/subject.ts';

/** What is new since the pass before. */
export type Change =
  | { readonly type: 'drift' | 'waiting' | 'manual' | 'info'; readonly finding: Finding }
  | { readonly type: 'fixed'; readonly finding: Finding; readonly milliseconds: number }
  | {
      readonly type: 'unknown';
      readonly subjects: readonly Subject[];
      readonly reason: string;
      /** Credentials, keys or permissions were refused: it does not pass by itself. */
      readonly refused: boolean;
    }
  | { readonly type: 'known'; readonly subjects: readonly Subject[]; readonly milliseconds: number }
  | { readonly type: 'in-order' };

/** What a watch reports: what changed, and what was done about it. */
export type WatchEvent =
  | Change
  | { readonly type: 'started'; readonly intervalMs: number }
  | { readonly type: 'step-done'; readonly step: Step; readonly milliseconds: number }
  | { readonly type: 'step-failed'; readonly step: Step; readonly reason: string }
  | { readonly type: 'pass-failed'; readonly reason: string; readonly retryMs: number }
  /** released: this Cluster is no longer declared; it is left as it is. invalid: those before stay in force. */
  | { readonly type: 'documents'; readonly state: 'changed' | 'released' }
  | { readonly type: 'documents'; readonly state: 'invalid' | 'valid'; readonly problems: readonly string[] }
  | { readonly type: 'stopped'; readonly left: readonly Finding[] | undefined };

/** Reports what is new at one moment, about one Cluster; without one, about all. */
export type Emit = (events: readonly WatchEvent[], cluster?: string) => void;
