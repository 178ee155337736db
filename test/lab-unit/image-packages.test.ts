import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import { installMissing } from '../../lab/image/packages.ts';

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

  it('two labs that boot at once install what is missing once, and not side by side', async () => {
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
});
