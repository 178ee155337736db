import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'chai';
import type { Row } from '../repairs/row.ts';
import { expectFinding, observe } from './findings.ts';
import { type Lab, until } from './lab.ts';
import { figure } from './tenants.ts';

/** The commands that the table of faults is tested with: those that only observe, and whether there is a watch. */
export const drivers = {
  observers: ['plan', 'drift'].filter(isCommand),
  watches: isCommand('watch'),
} as const;

function isCommand(name: string): boolean {
  return existsSync(join(import.meta.dirname, '../../../controller/cli', `${name}.ts`));
}

/** `plan` or `drift` reports the findings that the row expects. */
export async function reports(lab: Lab, row: Row, command: string): Promise<void> {
  const { code, out, err, findings } = await observe(lab, command);
  if (row.repairedBy && code === 0) {
    figure(`${row.repairedBy} had repaired it before ${command} observed it: ${row.name}`);
    return;
  }
  expect(row.codes ?? [1], `${command}: ${out}${err}`).to.include(code);
  for (const one of row.expected) expectFinding(findings, one, command);
}

/** One apply repairs it, and plan reports no differences after it. No step fails, and steps are executed for the row's subjects only. */
export async function repairedByApply(lab: Lab, row: Row): Promise<void> {
  const before = steps(lab).length;
  const { code, out, err } = await lab.reconcile('apply', '-f', lab.documents, '--timeout', '3m');
  expect(code, out + err).to.equal(0);
  changesOnly(row, steps(lab).slice(before));
  await inOrder(lab);
}

/** A watch with an interval of two seconds. It ends with SIGTERM, without an error. */
export function beginWatch(lab: Lab): { end(): Promise<void> } {
  const watch = lab.begin('watch', '-f', lab.documents, '--interval', '2s');
  return {
    end: async () => {
      const { code, out, err } = await watch.end();
      expect(code, out + err).to.equal(0);
    },
  };
}

/** The running watch alone repairs it. */
export async function repairedByWatch(lab: Lab, row: Row): Promise<void> {
  const before = steps(lab).length;
  await until(
    'plan to report no differences',
    () => lab.reconcile('plan', '-f', lab.documents),
    ({ code }) => code === 0,
    180,
  );
  changesOnly(row, steps(lab).slice(before));
}

/** On a busy machine the VIP may move by itself, which a plan shows as waiting: then it is asked again. Anything else fails at once. */
export async function inOrder(lab: Lab): Promise<void> {
  const { out } = await until(
    'plan to report no differences',
    async () => {
      const { code, out, err } = await lab.reconcile('plan', '-f', lab.documents);
      if (code !== 0)
        expect(out, out + err).to.match(/^quickstart: (\d+) findings?: (\d+ info, )?\d+ waiting(, \d+ info)?\n/);
      return { code, out };
    },
    ({ code }) => code === 0,
  );
  // A process of HAProxy from before a reload, which serves its last connection, is worth knowing.
  expect(out).to.match(/^quickstart: (no differences\n|1 finding: 1 info\n\nhaproxy\/proxy-\d\s+- old workers: )/);
}

interface Step {
  readonly message: 'step done' | 'step failed';
  readonly subject: string;
  readonly action: { readonly operation: string };
}

function changesOnly(row: Row, executed: readonly Step[]): void {
  expect(executed.filter(({ message }) => message === 'step failed')).to.deep.equal([]);
  const others = executed.filter(({ subject }) => !row.changes.test(subject));
  expect(others.map(({ subject, action }) => `${subject} ${action.operation}`)).to.deep.equal([]);
}

/** All steps that reconcile has logged in this lab. */
function steps(lab: Lab): readonly Step[] {
  const lines = lab.logged().split('\n');
  return lines
    .filter((line) => line.includes('"step done"') || line.includes('"step failed"'))
    .map((line) => JSON.parse(line) as Step);
}
