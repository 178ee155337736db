import { spawn, spawnSync } from 'node:child_process';
import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { expect } from 'chai';
import { firstBootOf, firstBootScript } from '../../../../reconcilers/facts/host/system/first-boot.ts';
import { reveal } from '../../../../renderers/lib/text.ts';

const factsOf = (stdout: string) =>
  firstBootOf((word) =>
    stdout
      .split('\n')
      .filter((line) => line.startsWith(`${word} `))
      .map((line) => line.slice(word.length + 1)),
  );

/** The real script, with its paths in a directory of the test. */
describe('the first boot of a host', () => {
  let root: string;
  beforeEach(() => {
    root = mkdtempSync(join(tmpdir(), 'first-boot-'));
  });
  afterEach(() => rmSync(root, { recursive: true }));

  const put = (path: string, text: string, mode = 0o644) => {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), text);
    chmodSync(join(root, path), mode);
  };
  const seen = () => {
    const script = reveal(firstBootScript).replaceAll(/(?<=[\s"=<])\/(etc|run|var)\//g, `${root}/$1/`);
    const { stdout, stderr } = spawnSync('sh', ['-c', script], {
      env: { PATH: `${root}/bin:${process.env['PATH']}` },
      encoding: 'utf8',
    });
    expect(stderr).to.equal('');
    return factsOf(stdout);
  };
  /** cloud-init(1) that prints this, and exits so. */
  const cloudInit = (status: string, code = 0) =>
    put('bin/cloud-init', `#!/bin/sh\n[ "$1" = status ] && echo '${status}'\nexit ${code}\n`, 0o755);
  const result = (errors: readonly string[]) =>
    put(
      'run/cloud-init/result.json',
      `{\n "v1": {\n  "datasource": "DataSourceEc2Local",\n  "errors": ${JSON.stringify(errors)}\n }\n}\n`,
    );

  it('is over on a host without cloud-init', () => expect(seen()).to.include({ cloudInit: undefined }));

  it('is not over while cloud-init says that it runs', () => {
    cloudInit('status: running');
    expect(seen().cloudInit).to.deep.equal({ status: 'running' });
  });

  it('is over when it has left its result, with its errors', () => {
    cloudInit('status: running');
    result([]);
    expect(seen().cloudInit).to.equal(undefined);
    result(["('users-groups', KeyError())"]);
    expect(seen().cloudInit).to.deep.equal({ status: 'failed', detail: "('users-groups', KeyError())" });
    put('run/cloud-init/result.json', '{');
    expect(seen().cloudInit).to.equal(undefined);
  });

  it('is over in a later boot, and where it is turned off', () => {
    cloudInit('status: running');
    put('var/lib/cloud/instance/boot-finished', '');
    expect(seen().cloudInit).to.equal(undefined);
    rmSync(join(root, 'var'), { recursive: true });
    put('run/cloud-init/disabled', '');
    expect(seen().cloudInit).to.equal(undefined);
    rmSync(join(root, 'run'), { recursive: true });
    put('etc/cloud/cloud-init.disabled', '');
    expect(seen().cloudInit).to.equal(undefined);
  });

  it('is over where it never ran, or ended early', () => {
    cloudInit('status: not run');
    expect(seen().cloudInit).to.equal(undefined);
    cloudInit('status: error', 1);
    expect(seen().cloudInit).to.deep.equal({ status: 'failed', detail: 'status: error' });
    cloudInit('Traceback', 1);
    expect(seen().cloudInit).to.deep.equal({ status: 'failed', detail: 'Traceback' });
  });

  it('is not over while cloud-init is too slow to say so', () =>
    expect(factsOf('cloud-init-status 124 \n').cloudInit).to.deep.equal({ status: 'running' }));

  it('names the process that holds a lock of apt or dpkg', async () => {
    put('var/lib/dpkg/lock-frontend', '');
    put('var/lib/dpkg/lock', '');
    expect(seen().packageLock).to.equal(undefined);
    const lock = `use Fcntl; $0 = 'unattended-upgr'; open(my $file, '>', $ARGV[0]) or die; my $lock = pack('s s x4 q q l x4', F_WRLCK, 0, 0, 0, 0); fcntl($file, F_SETLK, $lock) or die; $| = 1; print "locked\\n"; sleep 60`;
    const holder = spawn('perl', ['-e', lock, join(root, 'var/lib/dpkg/lock-frontend')]);
    try {
      await new Promise((resolve) => holder.stdout.once('data', resolve));
      expect(seen().packageLock).to.equal(`unattended-upgr (PID ${holder.pid})`);
    } finally {
      holder.kill('SIGKILL');
    }
  });

  for (const file of ['var/run/yum.pid', 'var/lib/dnf/rpmdb_lock.pid', 'var/cache/dnf/metadata_lock.pid'])
    it(`names the process in ${file}, and not one that has ended`, () => {
      put(file, `${process.pid}\n`);
      const name = readFileSync('/proc/self/comm', 'utf8').trim();
      expect(seen().packageLock).to.equal(`${name} (PID ${process.pid})`);
      put(file, '4194305\n');
      expect(seen().packageLock).to.equal(undefined);
    });
});
