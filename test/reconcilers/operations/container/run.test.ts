import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import { containerRun } from '../../../../reconcilers/operations/container/container-run.ts';
import { reveal } from '../../../../renderers/lib/text.ts';

/** The real script, with LXC commands that only record their calls. */
describe('restart of a container', () => {
  let root: string;
  beforeEach(() => {
    root = mkdtempSync(join(tmpdir(), 'run-'));
    mkdirSync(join(root, 'bin'));
    mkdirSync(join(root, 'containers'));
    const lxc = (name: string, does: string) =>
      writeFileSync(join(root, 'bin', name), `#!/bin/sh\n${does}\n`, { mode: 0o755 });
    lxc('lxc-info', 'case " $* " in *" -p "*) echo 4711 ;; *) echo STOPPED ;; esac');
    for (const name of ['lxc-stop', 'lxc-start', 'lxc-wait']) lxc(name, `echo ${name} >>${root}/calls`);
    writeFileSync(join(root, 'calls'), '');
  });
  afterEach(() => rmSync(root, { recursive: true }));

  const restart = (stamp: string, boot?: string) => {
    writeFileSync(join(root, 'containers/acme-r1'), stamp);
    const order = { operation: 'container-run', host: 'h', name: 'acme-r1', order: 'restart' } as const;
    const script = reveal(containerRun.script(boot === undefined ? order : { ...order, boot }))
      .replaceAll('/run/ec2-redis-operator', root)
      .replaceAll('/var/log/lxc', root);
    const env = { ...process.env, PATH: `${root}/bin:${process.env['PATH']}` };
    const { status, stderr } = spawnSync('sh', [], { input: `set -eu\n${script}`, encoding: 'utf8', env });
    expect(status, stderr).to.equal(0);
    return readFileSync(join(root, 'calls'), 'utf8').includes('lxc-stop');
  };

  it('is skipped if another run has done it', () => expect(restart('4711 abc\n', 'abc')).to.equal(false));
  it('is done while another configuration is loaded', () => expect(restart('4711 old\n', 'abc')).to.equal(true));
  it('ignores a stamp of an earlier start', () => expect(restart('13 abc\n', 'abc')).to.equal(true));
  it('is done for any other reason', () => expect(restart('4711 abc\n')).to.equal(true));
});
