import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { basename, dirname, join, relative, resolve } from 'node:path';
import { expect } from 'chai';
import ts from 'typescript';
import { components } from '../../reconcilers/contract/subject.ts';

const root = resolve(import.meta.dirname, '../..');

/** Rules that dependency-cruiser cannot say. Each is shown a violation of itself first. */
describe('structure', () => {
  it('reports a test that is not next to its code in the tree', () => {
    const folders = new Set(['reconcilers', 'reconcilers/mesh', 'lab/ec2', 'controller/engine']);
    expect(misplaced(['test/reconcilers/mesh/mesh.test.ts', 'test/lab/ec2/query.test.ts'], folders)).to.deep.equal([]);
    expect(misplaced(['test/mesh/mesh.test.ts'], folders)).to.deep.equal(['test/mesh/mesh.test.ts']);
  });

  it('has every test at the path of its code, and a directory of tests for every component', () => {
    const code = ['crds', 'renderers', 'reconcilers', 'controller', 'simulation', 'lab'].flatMap(filesIn);
    const folders = new Set(code.map((path) => dirname(path)));
    const all = filesIn('test').filter((path) => /\.(test|long)\.ts$/.test(path));
    expect(misplaced(all, folders)).to.deep.equal([]);
    for (const component of components) {
      const own = all.filter((path) => path.startsWith(`test/reconcilers/${component}/`));
      expect(own, component).to.not.have.lengthOf(0);
      expect(existsSync(join(root, 'reconcilers', component, 'index.ts')), component).to.equal(true);
    }
  });

  it('reports a decision that depends on prose', () => {
    const wrong = [
      "if (remedy.message.includes('can be asked')) stop();",
      'const on = /^depends on/.exec(remedy.message);',
      "if (have.startsWith('retired')) keep();",
      'const same = one.reason.replace(/[0-9]/, "#");',
    ];
    for (const text of wrong) expect(decisionsOnProse('a.ts', text), text).to.have.lengthOf(1);
    expect(decisionsOnProse('a.ts', "if (path.startsWith('/run')) stop(remedy.message);")).to.deep.equal([]);
  });

  it('makes no decision by prose outside of the views', () => {
    const files = ['reconcilers', 'controller'].flatMap(filesIn).filter(
      // Adapters read what libraries and daemons say: that is not our prose.
      (path) => !/^controller\/(report|adapters)\//.test(path) && !/^reconcilers\/facts\//.test(path),
    );
    const found = files.flatMap((path) => decisionsOnProse(path, readFileSync(join(root, path), 'utf8')));
    expect(found).to.deep.equal([]);
    expect(files.length).to.be.greaterThan(150);
  });
});

/** Files below a folder, by their path from the root. */
function filesIn(folder: string): readonly string[] {
  const entries = readdirSync(join(root, folder), { recursive: true, withFileTypes: true });
  return entries.filter((one) => one.isFile()).map((one) => relative(root, join(one.parentPath, one.name)));
}

/** Tests of no folder of code, but for those of the whole: laws, end to end, and what is beside them at the top. */
function misplaced(tests: readonly string[], folders: ReadonlySet<string>): readonly string[] {
  return tests.filter((path) => {
    const [, room = '', ...rest] = path.split('/');
    if (rest.length === 0 || room === 'laws' || room === 'e2e') return false;
    return !folders.has(dirname(path).slice('test/'.length));
  });
}

const prose = new Set(['message', 'have', 'want', 'reason', 'words']);
const methods = new Set([
  'includes',
  'startsWith',
  'endsWith',
  'match',
  'matchAll',
  'replace',
  'replaceAll',
  'search',
  'split',
  'indexOf',
]);
const tests = new Set(['test', 'exec']);

/** Calls of a string method, or of a regular expression, on a finding's texts: `FILE:LINE`. */
function decisionsOnProse(path: string, text: string): readonly string[] {
  const source = ts.createSourceFile(basename(path), text, ts.ScriptTarget.Latest, true);
  const found: string[] = [];
  const visit = (node: ts.Node): void => {
    if (ts.isCallExpression(node) && ts.isPropertyAccessExpression(node.expression)) {
      const method = node.expression.name.text;
      const onText = methods.has(method) && isProse(node.expression.expression);
      const onPattern = tests.has(method) && node.arguments.some(isProse);
      if (onText || onPattern) found.push(`${path}:${source.getLineAndCharacterOfPosition(node.getStart()).line + 1}`);
    }
    ts.forEachChild(node, visit);
  };
  visit(source);
  return found;
}

function isProse(node: ts.Expression): boolean {
  if (ts.isPropertyAccessExpression(node)) return prose.has(node.name.text);
  return ts.isIdentifier(node) && prose.has(node.text);
}
