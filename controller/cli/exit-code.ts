import type { Finding } from '../../reconcilers/contract/finding.ts';
import type { Plan } from '../../reconcilers/contract/plan.ts';
import type { Outcome } from '../events/events.ts';

/** The exit codes of every command, as kubectl diff has them, and one more for a state that is unknown. */
export const exit = { ok: 0, differs: 1, error: 2, unknown: 3 } as const;
export type ExitCode = (typeof exit)[keyof typeof exit];

/** What each code means, in help texts and reports. */
export const exitMeanings: { readonly [C in ExitCode]: string } = {
  0: 'in order',
  1: 'differs from the documents',
  2: 'error, or manual action is required',
  3: 'something is unknown: it could not be observed',
};

/** The exit codes of each command; the help of the program and the README are checked against them. */
export const exitCodesOf: { readonly [command: string]: Partial<{ readonly [C in ExitCode]: string }> } = {
  apply: { 0: 'converged', 2: exitMeanings[2], 3: exitMeanings[3] },
  plan: { 0: 'no differences', 1: 'differences', 2: 'error', 3: exitMeanings[3] },
  drift: { 0: 'no differences', 1: 'differences', 2: 'error', 3: exitMeanings[3] },
  check: { 0: 'nothing stands in the way', 1: 'something stands in the way', 2: 'error', 3: exitMeanings[3] },
  watch: { 0: 'stopped by a signal', 2: 'the documents were not valid at the start' },
  validate: { 0: 'valid', 2: 'not valid' },
  get: { 0: 'all states known', 2: 'error', 3: exitMeanings[3] },
  iam: { 0: 'printed', 2: 'the documents are not valid' },
  failover: { 0: 'done', 1: 'shown only', 2: exitMeanings[2], 3: exitMeanings[3] },
  restart: { 0: 'done', 1: 'shown only', 2: exitMeanings[2], 3: exitMeanings[3] },
  drill: {
    0: 'no acknowledged write was lost, and redundancy is back',
    1: 'shown only',
    2: 'refused, or it was not so',
    3: exitMeanings[3],
  },
  drain: { 0: 'done', 1: 'shown only', 2: exitMeanings[2], 3: exitMeanings[3] },
  uncordon: { 0: 'done', 1: 'shown only', 2: exitMeanings[2], 3: exitMeanings[3] },
  delete: { 0: 'done as far as asked', 1: 'shown only', 2: exitMeanings[2], 3: exitMeanings[3] },
};

/** Of a pass that changes nothing. Info is no difference. */
export function forFindings(findings: readonly Finding[]): ExitCode {
  if (findings.some(({ remedy }) => remedy.by === 'unknown')) return exit.unknown;
  return findings.some(({ remedy }) => remedy.by !== 'info') ? exit.differs : exit.ok;
}

/** Of a delete that only shows what it would remove. What it cannot delete is no difference. */
export function forShownDelete({ findings, steps }: Plan): ExitCode {
  if (steps.length) return exit.differs;
  return findings.some(({ remedy }) => remedy.by === 'unknown') ? exit.unknown : exit.ok;
}

/** Of what `get` shows. */
export function forStatus(tenants: readonly { readonly unknown: boolean }[]): ExitCode {
  return tenants.some(({ unknown }) => unknown) ? exit.unknown : exit.ok;
}

/** Of a run that changes something. */
export function forOutcome({ result }: Pick<Outcome, 'result'>): ExitCode {
  if (result === 'done') return exit.ok;
  return result === 'unknown' ? exit.unknown : exit.error;
}

/** The highest code: what could not be observed may be anything. */
export function worst(codes: readonly ExitCode[]): ExitCode {
  return [...codes].sort().at(-1) ?? exit.ok;
}
