import { appendFileSync, existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, relative } from 'node:path';

/**
 * For `mocha --require`: prints the slowest test files at the end of a run. Each worker process records how long its files took, hooks
 * included, because the durations that mocha reports for tests leave out the start of a lab.
 */
const variable = 'SLOWEST_FILES';
const shown = 10;

export const mochaHooks = {
  beforeAll(this: Mocha.Context): void {
    startedAt = Date.now();
  },
  afterAll(this: Mocha.Context): void {
    const record = process.env[variable];
    const file = this.test?.parent?.suites[0]?.file;
    if (record && file) appendFileSync(record, `${Date.now() - startedAt} ${relative(process.cwd(), file)}\n`);
  },
};

let startedAt = 0;

/** Runs in the main process, before the workers start and inherit the path of the record. */
export function mochaGlobalSetup(): void {
  process.env[variable] = join(mkdtempSync(join(tmpdir(), 'slowest-')), 'files');
}

export function mochaGlobalTeardown(): void {
  const record = process.env[variable] ?? '';
  const lines = existsSync(record) ? readFileSync(record, 'utf8').trimEnd().split('\n') : [];
  rmSync(dirname(record), { recursive: true });
  const files = lines.map((line) => ({
    seconds: Number.parseInt(line, 10) / 1000,
    file: line.slice(line.indexOf(' ')),
  }));
  const slowest = files.sort((a, b) => b.seconds - a.seconds).slice(0, shown);
  const rows = slowest.map(({ seconds, file }) => `${seconds.toFixed(1).padStart(8)} s ${file}`);
  process.stdout.write(`\n  the ${rows.length} slowest files\n${rows.join('\n')}\n`);
}
