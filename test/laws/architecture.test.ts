import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { expect } from 'chai';

type Files = Readonly<Record<string, string>>;

interface Planted {
  readonly rule: string;
  readonly files: Files;
}

/** The layers are rules of dependency-cruiser. A rule that matches nothing reports nothing, so each is tested with a violation. */
const violations: readonly Planted[] = [
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
const rooms = ['crds', 'renderers', 'reconcilers', 'controller', 'simulation', 'lab'];

describe('architecture', function () {
  this.timeout(240_000);
  /** All in one tree, as one run of dependency-cruiser takes as long as the next. */
  const planted = violations.map(numbered);
  let found: readonly Violation[] = [];

  before(() => {
    found = violationsIn(Object.assign({}, ...planted.map(({ files }) => files)));
  });

  for (const [index, { rule, files }] of violations.entries())
    it(`reports a violation of ${rule} in ${Object.keys(files)[0]}`, () => {
      const own = Object.keys(planted[index]?.files ?? {});
      const reported = found.filter(({ from, to }) => own.includes(from) || own.includes(to));
      expect(reported.map((violation) => violation.rule.name)).to.include(rule);
    });

  it('finds no violation in the whole tree', () => {
    const { violations, totalCruised } = cruise(root, rooms);
    expect(violations).to.deep.equal([]);
    expect(totalCruised).to.be.greaterThan(400);
  });
});

/** With names that no other one has: `crds/a.ts` is `crds/a7.ts` in the eighth. */
function numbered({ rule, files }: Planted, index: number): Planted {
  const own = (text: string) => text.replaceAll(/\/([ab]|types)\.ts/g, `/$1${index}.ts`);
  return { rule, files: Object.fromEntries(Object.entries(files).map(([path, text]) => [own(path), own(text)])) };
}

function importing(from: string, to: string): Files {
  const up = '../'.repeat(from.split('/').length - 1);
  return { [from]: `import '${up}${to}';`, [to]: 'export {};' };
}

function violationsIn(files: Files): readonly Violation[] {
  const folder = mkdtempSync(join(tmpdir(), 'planted-'));
  try {
    for (const [path, text] of Object.entries({ ...files, 'package.json': '{"type":"module"}' })) {
      mkdirSync(join(folder, dirname(path)), { recursive: true });
      writeFileSync(join(folder, path), text);
    }
    for (const shared of ['tsconfig.json', 'node_modules']) symlinkSync(join(root, shared), join(folder, shared));
    return cruise(folder, rooms).violations;
  } finally {
    rmSync(folder, { recursive: true });
  }
}

interface Violation {
  readonly rule: { readonly name: string };
  readonly from: string;
  readonly to: string;
}

interface Cruised {
  readonly violations: readonly Violation[];
  readonly totalCruised: number;
}

function cruise(cwd: string, rooms: readonly string[]): Cruised {
  const program = join(root, 'node_modules/dependency-cruiser/bin/dependency-cruise.mjs');
  const words = [program, '--config', join(root, '.dependency-cruiser.mjs'), '--output-type', 'json', ...rooms];
  const json = execFileSync(process.execPath, words, { cwd, encoding: 'utf8', maxBuffer: 1 << 28 });
  return (JSON.parse(json) as { readonly summary: Cruised }).summary;
}
