import { chmod, mkdir, rename, rm, symlink, unlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect } from 'chai';
import { filesFingerprint } from '../../../../controller/adapters/files/fingerprint.ts';
import { temporaryFolder } from '../../../support/processes.ts';

describe('prints of files', () => {
  let folder: Awaited<ReturnType<typeof temporaryFolder>>;
  const at = (name: string) => join(folder.path, name);

  beforeEach(async () => {
    folder = await temporaryFolder();
    await mkdir(at('fleet'));
    await writeFile(at('fleet/a.yaml'), 'a');
    await writeFile(at('single.yaml'), 'one');
    // As Kubernetes mounts a ConfigMap: what is renamed over is the link to the folder, and no file.
    await mkdir(at('v1'));
    await mkdir(at('v2'));
    await writeFile(at('v1/c.yaml'), 'same');
    await writeFile(at('v2/c.yaml'), 'same');
    await mkdir(at('mount'));
    await symlink('../v1', at('mount/..data'));
    await symlink('..data/c.yaml', at('mount/c.yaml'));
  });
  afterEach(() => folder.remove());

  const changes: readonly (readonly [string, readonly string[], () => Promise<unknown>])[] = [
    ['written in place', ['single.yaml'], () => writeFile(at('single.yaml'), 'two')],
    ['emptied', ['single.yaml'], () => writeFile(at('single.yaml'), '')],
    ['taken away', ['single.yaml'], () => unlink(at('single.yaml'))],
    ['made', ['new.yaml'], () => writeFile(at('new.yaml'), 'x')],
    ['given another mode', ['single.yaml'], () => chmod(at('single.yaml'), 0o600)],
    [
      'renamed over, as editors do',
      ['single.yaml'],
      async () => {
        await writeFile(at('.single.yaml.swp'), 'one');
        await rename(at('.single.yaml.swp'), at('single.yaml'));
      },
    ],
    ['in a folder, written', ['fleet'], () => writeFile(at('fleet/a.yaml'), 'b')],
    ['added to a folder', ['fleet'], () => writeFile(at('fleet/b.yml'), 'b')],
    ['removed from a folder', ['fleet'], () => unlink(at('fleet/a.yaml'))],
    ['the folder itself removed', ['fleet'], () => rm(at('fleet'), { recursive: true })],
    [
      'behind a link that was turned',
      ['mount'],
      async () => {
        await symlink('../v2', at('mount/..data_tmp'));
        await rename(at('mount/..data_tmp'), at('mount/..data'));
      },
    ],
  ];
  for (const [what, paths, change] of changes)
    it(`another one: ${what}`, async () => {
      const print = () => filesFingerprint(paths.map(at));
      const before = await print();
      expect(await print()).to.equal(before);
      await change();
      expect(await print()).not.to.equal(before);
    });

  it('the same: what is no document comes and goes in a folder', async () => {
    const before = await filesFingerprint([at('fleet')]);
    await writeFile(at('fleet/.a.yaml.swp'), 'x');
    await writeFile(at('fleet/notes.txt'), 'x');
    expect(await filesFingerprint([at('fleet')])).to.equal(before);
  });
});
