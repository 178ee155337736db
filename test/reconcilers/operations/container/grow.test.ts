import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import { containerGrow } from '../../../../reconcilers/operations/container/container-grow.ts';
import { reveal } from '../../../../renderers/lib/text.ts';

const MiB = 2 ** 20;
const [before, after] = [16 * MiB, 32 * MiB];

/** The real script over a real image, with a container that only seems to run from it. */
describe('growth of a disk', () => {
  let root: string;
  let image: string;
  const program = (name: string, does: string) =>
    writeFileSync(join(root, 'bin', name), `#!/bin/sh\n${does}\n`, { mode: 0o755 });

  beforeEach(() => {
    root = mkdtempSync(join(tmpdir(), 'grow-'));
    image = join(root, 'rootfs.img');
    mkdirSync(join(root, 'bin'));
    writeFileSync(image, '');
    truncateSync(image, before);
    expect(spawnSync('mkfs.ext4', ['-qF', image]).status).to.equal(0);
    writeFileSync(join(root, 'mountinfo'), '36 35 7:0 / / rw,relatime - ext4 /dev/loop0 rw\n');
    program('lxc-info', 'case " $* " in *" -p "*) echo 4711 ;; *) echo RUNNING ;; esac');
    // The kernel learns the size of the image.
    program('losetup', `stat -c %s ${image} >>${root}/capacities`);
    program('dumpe2fs', `exec /sbin/dumpe2fs -h ${image}`);
  });
  afterEach(() => rmSync(root, { recursive: true }));

  const grow = () => {
    const action = { operation: 'container-grow', host: 'h', name: 'acme-r1', image, bytes: after } as const;
    const script = reveal(containerGrow.script(action))
      .replaceAll('/run/ec2-redis-operator', root)
      .replaceAll('/proc/$pid/mountinfo', `${root}/mountinfo`);
    const env = { ...process.env, PATH: `${root}/bin:/usr/sbin:/sbin:${process.env['PATH']}` };
    const { status, stderr } = spawnSync('sh', [], { input: `set -eu\n${script}`, encoding: 'utf8', env });
    const capacities = readFileSync(join(root, 'capacities'), 'utf8').trim().split('\n').map(Number);
    return { status, stderr, capacities, imageBytes: statSync(image).size };
  };

  it('is of the image and of the file system in it', () => {
    // What follows `grow`: the device, the place to mount it, and the size.
    program('unshare', `shift 5; exec /sbin/resize2fs -f ${image} "$3"`);
    expect(grow()).to.deep.include({ status: 0, imageBytes: after, capacities: [after] });
    expect(spawnSync('/sbin/dumpe2fs', ['-h', image], { encoding: 'utf8' }).stdout).to.match(/^Block count: +32768$/m);
  });

  it('that the kernel refuses leaves the image as it was', () => {
    program('unshare', 'echo "resize2fs: Permission denied to resize filesystem"; exit 1');
    const refused = grow();
    expect(refused).to.deep.include({ status: 1, imageBytes: before, capacities: [after, before] });
    expect(refused.stderr).to.contain('Permission denied').and.contain('truncate -s');
  });

  it('that ended halfway keeps what the file system uses', () => {
    program('unshare', `/sbin/resize2fs -f ${image} 24M >/dev/null 2>&1; echo "resize2fs: Input/output error"; exit 1`);
    expect(grow()).to.deep.include({ status: 1, imageBytes: 24 * MiB, capacities: [after] });
  });
});
