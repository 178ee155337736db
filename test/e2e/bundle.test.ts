import { spawnSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { expect } from 'chai';

const root = resolve(import.meta.dirname, '../..');
const dist = resolve(root, 'dist');

describe('the bundle', () => {
  it('shows the stack trace of a bug in terms of the sources, when asked', () => {
    const broken = `data:text/javascript,process.argv.slice = () => { throw new Error('planted'); };`;
    const run = (trace: object) =>
      spawnSync(process.execPath, ['--import', broken, resolve(dist, 'controller/main.js'), '--version'], {
        encoding: 'utf8',
        env: { ...process.env, ...trace },
      });
    const { status, stderr } = run({ RECONCILE_TRACE: '1', NODE_OPTIONS: '--enable-source-maps' });
    expect(status).to.equal(2);
    expect(stderr).to.match(/Error: planted[\s\S]*controller\/main\.ts:\d+/);
    expect(run({ RECONCILE_TRACE: '' }).stderr)
      .to.contain('planted')
      .and.not.contain('main.ts');
  });

  it('validates as the sources do: every violation at its place, and defaults', () => {
    const read = (file: string) => readFileSync(resolve(root, 'examples/quickstart', file), 'utf8');
    const broken = read('cluster.yaml')
      .replace(/region: .*/, 'region: 7')
      .replace(/vpcCidr: .*/, 'vpcCidr: 10.80.0.0')
      .replace(/greKey: .*/, 'greKey: much')
      .replace(/role: proxy/, 'rolle: proxy');
    for (const documents of [broken, read('cluster.yaml')]) {
      const validate = (...program: string[]) => {
        const options = { encoding: 'utf8', cwd: root, input: documents } as const;
        const { status, stdout, stderr } = spawnSync(process.execPath, [...program, 'validate', '-f', '-'], options);
        return { status, stdout, stderr };
      };
      const bundled = validate('dist/controller/main.js');
      expect(bundled).to.eql(validate('--import', 'tsx', 'controller/main.ts'));
      expect(bundled.status).to.equal(documents === broken ? 2 : 0);
      if (documents === broken) expect(bundled.stderr.trim().split('\n').length).to.equal(4);
    }
  });

  it('is two programs, without the simulation', () => {
    const files = readdirSync(dist, { recursive: true, encoding: 'utf8' });
    expect(files.filter((file) => file.includes('/') && file.endsWith('.js')).sort()).to.eql([
      'controller/main.js',
      'lab/daemon/serve.js',
    ]);
    const parts = files.filter((file) => file.endsWith('.js'));
    // esbuild writes the path of each module above its code.
    const partsWith = (folder: string) =>
      spawnSync('grep', ['-l', `^// ${folder}/`, ...parts], { cwd: dist, encoding: 'utf8' }).stdout.trim();
    expect(partsWith('reconcilers')).to.contain('controller/main.js');
    expect(partsWith('simulation')).to.equal('');
  });
});
