import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { expect } from 'chai';

/** The layers are rules of dependency-cruiser. A rule that matches nothing is silent, so each is shown a violation of itself. */
const planted: readonly { readonly rule: string; readonly files: Readonly<Record<string, string>> }[] = [
  { rule: 'crds-at-the-bottom', files: { 'crds/a.ts': "import '../renderers/b.ts';", 'renderers/b.ts': 'export {};' } },
  {
    rule: 'renderers-below-reconcilers',
    files: { 'renderers/a.ts': "import '../reconcilers/b.ts';", 'reconcilers/b.ts': 'export {};' },
  },
  {
    rule: 'reconcilers-below-controller',
    files: { 'reconcilers/a.ts': "import '../controller/b.ts';", 'controller/b.ts': 'export {};' },
  },
  {
    rule: 'concerns-apart',
    files: { 'reconcilers/mesh/a.ts': "import '../vip/b.ts';", 'reconcilers/vip/b.ts': 'export {};' },
  },
  {
    rule: 'pure-rooms',
    files: { 'reconcilers/mesh/a.ts': "import { readFileSync } from 'node:fs';\nexport const read = readFileSync;" },
  },
  { rule: 'pure-rooms', files: { 'renderers/a.ts': "import type { Client } from 'ssh2';\nexport type C = Client;" } },
  {
    rule: 'shell-without-media',
    files: { 'controller/cli/a.ts': "import { spawn } from 'node:child_process';\nexport const run = spawn;" },
  },
  {
    rule: 'adapters-by-main-only',
    files: { 'controller/pass.ts': "import './adapters/b.ts';", 'controller/adapters/b.ts': 'export {};' },
  },
  {
    rule: 'lab-knows-nothing',
    files: { 'lab/a.ts': "import '../reconcilers/b.ts';", 'reconcilers/b.ts': 'export {};' },
  },
  { rule: 'lab-by-main-only', files: { 'controller/a.ts': "import '../lab/b.ts';", 'lab/b.ts': 'export {};' } },
  {
    rule: 'no-circular',
    files: {
      'crds/a.ts': "import { b } from './b.ts';\nexport const a = b;",
      'crds/b.ts': "import { a } from './a.ts';\nexport const b = a;",
    },
  },
  { rule: 'resolvable', files: { 'crds/a.ts': "import './nowhere.ts';" } },
];

const root = resolve(import.meta.dirname, '..');

describe('architecture', () => {
  for (const { rule, files } of planted) {
    it(`sees a violation of ${rule} in ${Object.keys(files)[0]}`, function () {
      this.timeout(60_000);
      expect(violationsIn(files)).to.include(rule);
    });
  }

  it('read the whole tree, and found nothing', function () {
    this.timeout(120_000);
    const { violations, totalCruised } = cruise(root, ['crds', 'renderers', 'reconcilers', 'controller', 'lab']);
    expect(violations).to.deep.equal([]);
    expect(totalCruised).to.be.greaterThan(100);
  });
});

function violationsIn(files: Readonly<Record<string, string>>): readonly string[] {
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
