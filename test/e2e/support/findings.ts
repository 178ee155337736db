import { isDeepStrictEqual } from 'node:util';
import { expect } from 'chai';
import type { ReportedFinding } from '../../../controller/report/findings.ts';
import type { Reason } from '../../../reconcilers/contract/reasons.ts';
import type { Remedy } from '../../../reconcilers/contract/remedy.ts';
import type { Ended, Lab } from './lab.ts';

/** A finding, by its codes and values. A field that is left out is not compared. */
export interface ExpectedFinding {
  readonly subject: string | RegExp;
  readonly reason: Reason;
  readonly severity?: ReportedFinding['severity'];
  readonly impacts?: ReportedFinding['impacts'];
  readonly by?: Remedy['by'];
  readonly dependsOn?: string;
  readonly field?: string | RegExp;
  readonly have?: string | RegExp;
  readonly want?: string | RegExp;
  /** A command or a value that the message has to contain. */
  readonly message?: RegExp;
}

/** How a command that observes ended, and its findings. */
export interface Observed extends Ended {
  readonly findings: readonly ReportedFinding[];
}

/**
 * The findings that `plan` or `drift` prints as JSON; none if it printed nothing. Where a busy machine kept a host's script beyond its limit,
 * nothing can be said about the answer, and it is asked again, at most twice.
 */
export async function observe(lab: Lab, command = 'plan', ...words: readonly string[]): Promise<Observed> {
  const documents = words.length ? words : ['-f', lab.documents];
  for (let asked = 1; ; asked += 1) {
    const ended = await lab.reconcile(command, ...documents, '-o', 'json');
    const findings = ended.out ? findingsIn(ended.out) : [];
    if (asked === 3 || !findings.some(isLate)) return { ...ended, findings };
  }
}

function isLate({ remedy }: ReportedFinding): boolean {
  return remedy.by === 'unknown' && remedy.message.includes('the script timed out on the host');
}

interface Document {
  readonly findings: readonly ReportedFinding[];
}

/** `plan` prints a document, `drift` a list of them. */
function findingsIn(json: string): readonly ReportedFinding[] {
  const printed = JSON.parse(json) as Document | { readonly items: readonly Document[] };
  return 'items' in printed ? printed.items.flatMap(({ findings }) => findings) : printed.findings;
}

export function expectFinding(findings: readonly ReportedFinding[], expected: ExpectedFinding, where = ''): void {
  if (hasFinding(findings, expected)) return;
  const all = findings.map((one) => JSON.stringify(one)).join('\n');
  expect.fail(`${where} no finding ${described(expected)} among:\n${all || 'none'}`.trim());
}

export function hasFinding(findings: readonly ReportedFinding[], expected: ExpectedFinding): boolean {
  return findings.some((one) => fits(one, expected));
}

function fits({ remedy, ...finding }: ReportedFinding, expected: ExpectedFinding): boolean {
  const shown = { ...finding, ...remedy };
  return (Object.keys(expected) as (keyof ExpectedFinding)[]).every((name) => {
    const [have, want] = [shown[name], expected[name]];
    return want instanceof RegExp ? want.test(String(have ?? '')) : isDeepStrictEqual(have, want);
  });
}

function described(expected: ExpectedFinding): string {
  return JSON.stringify(expected, (_, value: unknown) => (value instanceof RegExp ? String(value) : value));
}
