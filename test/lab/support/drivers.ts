import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'chai';
import type { Row } from '../breakages/row.ts';
import type { Lab } from './lab.ts';
import { until } from './lab.ts';
import { figure } from './tenants.ts';

/** What there is to drive the table with: commands that only look, and whether there is a watch. */
export const drivers = {
  lookers: ['plan', 'drift'].filter(isCommand),
  watches: isCommand('watch'),
} as const;

function isCommand(name: string): boolean {
  return existsSync(join(import.meta.dirname, '../../../controller/cli', `${name}.ts`));
}

/** Looks, and finds what the row broke named as the row says. */
export async function sees(lab: Lab, row: Row, looker: string): Promise<void> {
  const { code, out, err } = await lab.reconcile(looker, '-f', lab.documents);
  if (row.byItself && code === 0) {
    figure(`${row.byItself} had healed it before ${looker} could look: ${row.name}`);
    return;
  }
  expect(row.codes ?? [1], `${looker}: ${out}${err}`).to.include(code);
  for (const words of row.says) expect(out, looker).to.match(words);
}

/** One apply; then plan finds nothing. No step failed, and none was taken for what the row does not name. */
export async function healsByApply(lab: Lab, row: Row): Promise<void> {
  const before = steps(lab).length;
  const { code, out, err } = await lab.reconcile('apply', '-f', lab.documents, '--timeout', '3m');
  expect(code, out + err).to.equal(0);
  touchesOnly(row, steps(lab).slice(before));
  await inOrder(lab);
}

/** A watch that looks every two seconds. Ended with SIGTERM it leaves without an error. */
export function beginWatch(lab: Lab): { end(): Promise<void> } {
  const watch = lab.begin('watch', '-f', lab.documents, '--interval', '2s');
  return {
    end: async () => {
      const { code, out, err } = await watch.end();
      expect(code, out + err).to.equal(0);
    },
  };
}

/** Nobody asks: a watch that runs is all there is. */
export async function healsByWatch(lab: Lab, row: Row): Promise<void> {
  const before = steps(lab).length;
  await until(
    'plan to find nothing',
    () => lab.reconcile('plan', '-f', lab.documents),
    ({ code }) => code === 0,
    180,
  );
  touchesOnly(row, steps(lab).slice(before));
}

export async function inOrder(lab: Lab): Promise<void> {
  const { code, out, err } = await lab.reconcile('plan', '-f', lab.documents);
  expect(code, out + err).to.equal(0);
  expect(out).to.match(/^quickstart: no differences\n/);
}

interface Step {
  readonly message: 'step done' | 'step failed';
  readonly subject: string;
  readonly action: { readonly verb: string };
}

function touchesOnly(row: Row, taken: readonly Step[]): void {
  expect(taken.filter(({ message }) => message === 'step failed')).to.deep.equal([]);
  const astray = taken.filter(({ subject }) => !row.touches.test(subject));
  expect(astray.map(({ subject, action }) => `${subject} ${action.verb}`)).to.deep.equal([]);
}

/** All steps that reconcile has logged in this lab. */
function steps(lab: Lab): readonly Step[] {
  const lines = lab.logged().split('\n');
  return lines
    .filter((line) => line.includes('"step done"') || line.includes('"step failed"'))
    .map((line) => JSON.parse(line) as Step);
}
