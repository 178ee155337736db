import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import { dataDisk } from '../../../../reconcilers/facts/host/data-disk.ts';
import { dataMount } from '../../../../renderers/data-volume/mount.ts';
import { reveal, type Text } from '../../../../renderers/lib/text.ts';
import { hostScript } from '../../../support/host-script.ts';

const volume = 'vol-0123456789abcdef0';
const members = '/var/lib/ec2-redis-operator/members';

/** The scripts over a loop device that udev would name as an NVMe device of EC2, in a mount namespace of their own. */
describe('the data volume of a host, on a real block device', function () {
  this.timeout(60_000);
  let folder = '';
  let device = '';
  before(() => {
    folder = mkdtempSync(join(tmpdir(), 'data-disk-'));
    sh(`truncate -s 300M ${folder}/volume`);
    device = sh(`losetup -f --show ${folder}/volume`).trim();
  });
  after(() => {
    sh(`losetup -d ${device}`);
    rmSync(folder, { recursive: true });
  });

  const place = (name: string, script: Text) => {
    writeFileSync(join(folder, name), `set -eu\n${reveal(script)}`);
    return `sh ${folder}/${name}`;
  };

  it('is formatted if it is blank, mounted, grown, and never formatted again', () => {
    const fact = place('fact', dataDisk.script({}));
    const format = place('format', hostScript({ operation: 'data-disk', host: 'h', volume, order: 'format' }));
    const grow = place('grow', hostScript({ operation: 'data-disk', host: 'h', volume, order: 'grow' }));
    const mount = place('mount', dataMount(volume));
    const output = sh(`unshare --mount --propagation private sh -eu <<'END'
mkdir -p /dev/disk /var/lib/ec2-redis-operator ${folder}/state
mount -t tmpfs tmpfs /dev/disk
mount --bind ${folder}/state /var/lib/ec2-redis-operator
mkdir ${members}
mkdir -p /dev/disk/by-id
ln -s ${device} /dev/disk/by-id/nvme-Amazon_Elastic_Block_Store_vol0123456789abcdef0
ln -s ${device} /dev/disk/by-id/nvme-Amazon_Elastic_Block_Store_vol0123456789abcdef0_1
echo '# blank'; ${fact}
${format}
echo '# formatted'; ${fact}
touch ${members}/foreign
! ${mount} 2>/dev/null || echo 'mounted over something'
echo '# occupied'; ${fact}
rm ${members}/foreign
${mount}
${mount}
mkdir ${members}/acme-r1
echo '# mounted'; ${fact}
truncate -s 600M ${folder}/volume
losetup -c ${device}
echo '# larger'; ${fact}
umount ${members}
e2fsck -fp ${device} >/dev/null
${grow}
${format}
${mount}
echo '# grown'; ${fact}
ls ${members}
umount ${members}
echo '# under it'; ls -A ${members}
! touch ${members}/file 2>/dev/null || echo 'written to the root volume'
chattr -i ${members}
END`);
    const parts = output.split('# ').slice(1);
    const seen = parts
      .filter((part) => part.includes('\nend\n'))
      .map((part) => {
        const at = part.indexOf('\n');
        const stdout = part.slice(at + 1, part.indexOf('\nend\n') + 5).replace(/^.*is not empty.*\n/m, '');
        const read = dataDisk.read({ exit: 0, stdout, stderr: '', truncated: false }, {});
        if (read.state !== 'present') throw new Error(`${JSON.stringify(read)}\n${output}`);
        const [one] = read.value.devices.filter(({ serial }) => serial === 'vol0123456789abcdef0');
        return {
          at: part.slice(0, at),
          content: one?.content,
          mib: (one?.fileSystemBytes ?? 0) / 2 ** 20,
          mounted: read.value.mounted !== undefined && read.value.mounted === one?.number,
          occupied: read.value.occupied,
        };
      });
    expect(seen, output).to.deep.equal([
      { at: 'blank', content: 'blank', mib: 0, mounted: false, occupied: false },
      { at: 'formatted', content: 'ext4', mib: 300, mounted: false, occupied: false },
      { at: 'occupied', content: 'ext4', mib: 300, mounted: false, occupied: true },
      { at: 'mounted', content: 'ext4', mib: 300, mounted: true, occupied: false },
      { at: 'larger', content: 'ext4', mib: 300, mounted: true, occupied: false },
      { at: 'grown', content: 'ext4', mib: 600, mounted: true, occupied: false },
    ]);
    expect(output).to.include('acme-r1');
    expect(output).to.not.include('mounted over something');
    expect(output).to.not.include('written to the root volume');
  });

  it('with other data on it is not formatted', () => {
    sh(`dd if=/dev/zero of=${folder}/volume bs=1M count=2 conv=notrunc status=none`);
    sh(`printf 'something' | dd of=${folder}/volume bs=1 seek=4096 conv=notrunc status=none`);
    const format = place('format', hostScript({ operation: 'data-disk', host: 'h', volume, order: 'format' }));
    const { status, stderr } = spawnSync('unshare', ['--mount', 'sh', '-eu'], {
      input: `mkdir -p /dev/disk
mount -t tmpfs tmpfs /dev/disk
mkdir /dev/disk/by-id
ln -s ${device} /dev/disk/by-id/nvme-Amazon_Elastic_Block_Store_vol0123456789abcdef0
${format}`,
      encoding: 'utf8',
    });
    expect(stderr).to.include('is not blank (unknown-data): it is not formatted');
    expect(status).to.equal(1);
  });

  it('its scripts are clean under shellcheck', () => {
    for (const script of [dataMount(volume), dataDisk.script({})]) {
      const text = reveal(script);
      const input = text.startsWith('#!') ? text : `#!/bin/sh\n${text}`;
      const { stdout } = spawnSync('shellcheck', ['-'], { input, encoding: 'utf8' });
      expect(stdout).to.equal('');
    }
  });
});

function sh(script: string): string {
  const { status, stdout, stderr } = spawnSync('sh', ['-c', script], { encoding: 'utf8' });
  if (status !== 0) throw new Error(`${script}: ${stderr}${stdout}`);
  return stdout;
}
