import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import { installMissing } from '../../../lab/image/packages.ts';

describe('lab: packages of the machine', () => {
  const cache = process.env['XDG_CACHE_HOME'];
  const folder = mkdtempSync(join(tmpdir(), 'lab-packages-'));

  before(() => {
    process.env['XDG_CACHE_HOME'] = folder;
  });

  after(() => {
    if (cache === undefined) delete process.env['XDG_CACHE_HOME'];
    else process.env['XDG_CACHE_HOME'] = cache;
    rmSync(folder, { recursive: true });
  });

  it('several labs that start at once install missing packages only once', async () => {
    const missing = new Set(['lxc', 'nftables']);
    const installed: (readonly string[])[] = [];
    let busy = 0;
    const install = async (packages: readonly string[]) => {
      busy += 1;
      expect(busy).to.equal(1);
      await new Promise((resolve) => setImmediate(resolve));
      for (const one of packages) missing.delete(one);
      installed.push(packages);
      busy -= 1;
    };
    await Promise.all([1, 2, 3].map(() => installMissing(() => [...missing], install)));
    expect(installed).to.deep.equal([['lxc', 'nftables']]);
  });

  it('an installation does not start or enable services, and waits for another apt', () => {
    const helpers = ['sbin/invoke-rc.d', 'bin/deb-systemd-invoke', 'bin/deb-systemd-helper', 'sbin/update-rc.d'];
    const alike = `for file in ${helpers.map((one) => `/usr/${one}`).join(' ')}; do cmp -s $file /bin/true && echo "$file does nothing"; done`;
    writeFileSync(join(folder, 'apt-get'), `#!/bin/sh\necho "$*"\n${alike}\n:\n`, { mode: 0o755 });
    const env = { ...process.env, PATH: `${folder}:${process.env['PATH']}` };
    const inside = execFileSync('sh', ['lab/assets/install.sh', 'one', 'two'], { env, encoding: 'utf8' });
    const hidden = helpers.map((one) => `/usr/${one} does nothing`);
    expect(inside.trim().split('\n')).to.deep.equal([
      ...['-o DPkg::Lock::Timeout=300 update -q', ...hidden],
      ...['-o DPkg::Lock::Timeout=300 install -q -y --no-install-recommends one two', ...hidden],
    ]);
    expect(execFileSync('sh', ['-c', `${alike}; :`], { encoding: 'utf8' })).to.equal('');
  });
});
