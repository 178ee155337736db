import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { expect } from 'chai';

type Files = Readonly<Record<string, string>>;

/** The layers are rules of dependency-cruiser. A rule that matches nothing reports nothing, so each is tested with a violation. */
const planted: readonly { readonly rule: string; readonly files: Files }[] = [
  { rule: 'crds-at-the-bottom', files: importing('crds/a.ts', 'renderers/b.ts') },
  { rule: 'renderers-below-reconcilers', files: importing('renderers/a.ts', 'reconcilers/b.ts') },
  { rule: 'reconcilers-below-controller', files: importing('reconcilers/a.ts', 'controller/b.ts') },
  {
    rule: 'facts-at-the-bottom-of-reconcilers',
    files: importing('reconcilers/facts/a.ts', 'reconcilers/contract/b.ts'),
  },
  { rule: 'operations-above-facts', files: importing('reconcilers/operations/a.ts', 'reconcilers/contract/b.ts') },
  { rule: 'contract-below-components', files: importing('reconcilers/contract/a.ts', 'reconcilers/mesh/b.ts') },
  { rule: 'shared-below-components', files: importing('reconcilers/shared/a.ts', 'reconcilers/mesh/b.ts') },
  { rule: 'components-apart', files: importing('reconcilers/mesh/a.ts', 'reconcilers/vip/b.ts') },
  {
    rule: 'pure-code',
    files: { 'reconcilers/mesh/a.ts': "import { readFileSync } from 'node:fs';\nexport const read = readFileSync;" },
  },
  { rule: 'pure-code', files: { 'renderers/a.ts': "import type { Client } from 'ssh2';\nexport type C = Client;" } },
  {
    rule: 'controller-without-io',
    files: { 'controller/cli/a.ts': "import { spawn } from 'node:child_process';\nexport const run = spawn;" },
  },
  { rule: 'adapters-by-main-only', files: importing('controller/engine/a.ts', 'controller/adapters/b.ts') },
  { rule: 'report-imports-data-only', files: importing('controller/report/a.ts', 'controller/engine/b.ts') },
  { rule: 'engine-without-components', files: importing('controller/engine/a.ts', 'reconcilers/instance/b.ts') },
  { rule: 'controller-points-down', files: importing('controller/engine/a.ts', 'controller/cli/b.ts') },
  { rule: 'pacing-below-engine', files: importing('controller/pacing/a.ts', 'controller/engine/b.ts') },
  { rule: 'lab-independent', files: importing('lab/a.ts', 'reconcilers/b.ts') },
  { rule: 'lab-by-main-only', files: importing('controller/a.ts', 'lab/b.ts') },
  { rule: 'faults-use-interfaces', files: importing('lab/faults/a.ts', 'lab/daemon/b.ts') },
  { rule: 'simulation-outside-the-product', files: importing('reconcilers/a.ts', 'simulation/b.ts') },
  {
    rule: 'reachable-from-main',
    files: { ...importing('controller/main.ts', 'crds/b.ts'), ...importing('reconcilers/a.ts', 'reconcilers/b.ts') },
  },
  {
    rule: 'no-circular',
    files: {
      'crds/a.ts': "import { b } from './b.ts';\nexport const a = b;",
      'crds/b.ts': "import { a } from './a.ts';\nexport const b = a;",
    },
  },
  {
    rule: 'no-circular',
    files: {
      'crds/types.ts': "import type { B } from './b.ts';\nexport type A = B | undefined;",
      'crds/b.ts': "import type { A } from './types.ts';\nexport interface B { readonly a: A }",
    },
  },
  { rule: 'no-orphans', files: { 'crds/a.ts': 'export {};' } },
  { rule: 'resolvable', files: { 'crds/a.ts': "import './nowhere.ts';" } },
];

const root = resolve(import.meta.dirname, '../..');

describe('architecture', () => {
  for (const { rule, files } of planted) {
    it(`reports a violation of ${rule} in ${Object.keys(files)[0]}`, function () {
      this.timeout(60_000);
      expect(violationsIn(files)).to.include(rule);
    });
  }

  it('finds no violation in the whole tree', function () {
    this.timeout(120_000);
    const rooms = ['crds', 'renderers', 'reconcilers', 'controller', 'simulation', 'lab'];
    const { violations, totalCruised } = cruise(root, rooms);
    expect(violations).to.deep.equal([]);
    expect(totalCruised).to.be.greaterThan(400);
  });
});

function importing(from: string, to: string): Files {
  const up = '../'.repeat(from.split('/').length - 1);
  return { [from]: `import '${up}${to}';`, [to]: 'export {};' };
}

function violationsIn(files: Files): readonly string[] {
  const folder = mkdtempSync(join(tmpdir(), 'planted-'));
  try {
    for (const [path, text] of Object.entries({ ...files, 'package.json': '{"type":"module"}' })) {
      mkdirSync(join(folder, dirname(path)), { recursive: true });
      writeFileSync(join(folder, path), text);
    }
    for (const shared of ['tsconfig.json', 'node_modules']) symlinkSync(join(root, shared), join(folder, shared));
    const rooms = [...new Set(Object.keys(files).map((path) => path.split('/')[0] ?? ''))];
    return cruise(folder, rooms).violations;
  } finally {
    rmSync(folder, { recursive: true });
  }
}

function cruise(
  cwd: string,
  rooms: readonly string[],
): { readonly violations: readonly string[]; readonly totalCruised: number } {
  const program = join(root, 'node_modules/dependency-cruiser/bin/dependency-cruise.mjs');
  const words = [program, '--config', join(root, '.dependency-cruiser.mjs'), '--output-type', 'json', ...rooms];
  const { summary } = JSON.parse(
    execFileSync(process.execPath, words, { cwd, encoding: 'utf8', maxBuffer: 1 << 28 }),
  ) as {
    summary: { violations: readonly { rule: { name: string } }[]; totalCruised: number };
  };
  return { violations: summary.violations.map((violation) => violation.rule.name), totalCruised: summary.totalCruised };
}
