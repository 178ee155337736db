import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import { containersScript } from '../../../../reconcilers/facts/container/lxc-script.ts';
import { containerFormer } from '../../../../reconcilers/operations/container/container-former.ts';
import { containerRebuild } from '../../../../reconcilers/operations/container/container-rebuild.ts';
import { markLine } from '../../../../renderers/container/marker.ts';
import { reveal, text } from '../../../../renderers/lib/text.ts';

const MiB = 2 ** 20;
const owner = { cluster: 'c', tenant: 'acme', member: 'r1' };
const [before, after] = ['a'.repeat(64), 'b'.repeat(64)];
const identity = (template: string) => markLine({ ...owner, template, uid: 1001, gid: 1002 });

/** The real script over real file systems, with a container that only seems to run. Each line that changes something is a moment to be killed. */
describe('a container rebuilt from another template', function () {
  this.timeout(120_000);
  let root: string;
  let folder: string;
  const program = (name: string, does: string) =>
    writeFileSync(join(root, 'bin', name), `#!/bin/sh\n${does}\n`, { mode: 0o755 });
  const must = (script: string) => {
    const { status, stdout, stderr } = spawnSync('sh', ['-euc', script], { encoding: 'utf8' });
    expect(status, stderr).to.equal(0);
    return stdout.trim();
  };

  beforeEach(() => {
    root = mkdtempSync(join(tmpdir(), 'rebuild-'));
    folder = join(root, 'members/acme-r1');
    for (const path of [
      'bin',
      'templates',
      'tree/var/lib/redis/appendonlydir',
      'members/acme-r1/marks',
      'members/acme-r1/conf',
      'empty/bin',
    ])
      mkdirSync(join(root, path), { recursive: true });
    writeFileSync(join(root, 'tree/var/lib/redis/dump.rdb'), 'the data');
    writeFileSync(join(root, 'tree/var/lib/redis/.complete'), '');
    writeFileSync(join(root, 'tree/var/lib/redis/appendonlydir/appendonly.aof.manifest'), 'file x');
    writeFileSync(join(root, 'empty/bin/valkey-server'), 'the new engine');
    const image = (path: string, tree: string) => must(`truncate -s 16M ${path}; mkfs.ext4 -q -d ${tree} ${path}`);
    image(`${folder}/rootfs.img`, `${root}/tree`);
    image(`${root}/templates/t@${after}.img`, `${root}/empty`);
    writeFileSync(join(folder, 'identity'), identity(before));
    writeFileSync(join(root, 'state'), 'RUNNING\n');
    program('lxc-info', `cat ${root}/state`);
    program('lxc-stop', `echo STOPPED >${root}/state`);
    program('lxc-wait', ':');
    program('lxc-start', `echo RUNNING >${root}/state; echo start >>${root}/starts`);
  });
  afterEach(() => rmSync(root, { recursive: true }));

  const scriptOf = () =>
    reveal(
      containerRebuild.script({
        operation: 'container-rebuild',
        host: 'h',
        name: 'acme-r1',
        folder,
        image: `${root}/templates/t@${after}.img`,
        bytes: 24 * MiB,
        uid: 1001,
        gid: 1002,
        identity: { path: 'identity', mode: '0644', owner: 'root:root', content: text`${identity(after)}` },
        engine: { name: 'valkey', version: '8.1.1' },
      }),
    )
      .replaceAll('/run/ec2-redis-operator', `${root}/run`)
      .replaceAll('/var/log/lxc', `${root}/log`);
  const env = () => ({ ...process.env, PATH: `${root}/bin:/usr/sbin:/sbin:${process.env['PATH']}` });
  const sh = (script: string) =>
    spawnSync('sh', [], { input: `set -eu\numask 077\n${script}`, encoding: 'utf8', env: env() });
  const inRoot = (image: string, script: string) =>
    must(
      `unshare -m sh -euc 'mkdir -p ${root}/mnt; mount -o loop ${image} ${root}/mnt; cd ${root}/mnt; ${script}; cd /; umount ${root}/mnt'`,
    );
  const data =
    'cat var/lib/redis/dump.rdb var/lib/redis/appendonlydir/appendonly.aof.manifest; ls -A var/lib/redis; stat -c %u:%g var/lib/redis/dump.rdb';
  const listed = () => {
    const script = reveal(containersScript).replaceAll('/var/lib/ec2-redis-operator', root);
    program('lxc-ls', 'echo NAME STATE PID');
    return sh(script)
      .stdout.split('\n')
      .filter((line) => /^(identity|former)/.test(line));
  };
  const expectRebuilt = (where: string) => {
    expect(inRoot(`${folder}/rootfs.img`, `cat bin/valkey-server; ${data}`), where).to.match(
      /^the new enginethe datafile x[\s\S]*\.complete[\s\S]*1001:1002$/,
    );
    expect(inRoot(`${folder}/rootfs.former`, data), where).to.contain('the data');
    expect(readFileSync(join(folder, 'identity'), 'utf8'), where).to.equal(identity(after));
    expect(readFileSync(join(folder, 'marks/former'), 'utf8'), where).to.match(/^\d+\n$/);
    expect(readFileSync(join(root, 'state'), 'utf8'), where).to.equal('RUNNING\n');
    expect(existsSync(join(folder, '.rebuild')), where).to.equal(false);
    expect(statSync(join(folder, 'rootfs.img')).size, where).to.equal(24 * MiB);
  };

  it('has the new root with its data, and the former one is kept; done again, nothing changes', () => {
    expect(sh(scriptOf()).stderr).to.equal('');
    expectRebuilt('once');
    expect(listed()).to.have.lengthOf(2);
    const { mtimeMs, ino } = statSync(join(folder, 'rootfs.img'));
    expect(sh(scriptOf()).status).to.equal(0);
    expect(statSync(join(folder, 'rootfs.img'))).to.include({ mtimeMs, ino });
    expect(readFileSync(join(root, 'starts'), 'utf8')).to.equal('start\n');
  });

  it('killed before each step of it: the container can start at any moment, from a root that its identity names, and the next run finishes', () => {
    const steps =
      /^(cp --sparse|timeout 60 lxc-stop|timeout 700|sync -- "\$draft|date|ln -f|mv -f -- "\$draft|rm -rf -- "\$draft|trap - EXIT)/;
    const lines = scriptOf().split('\n');
    const all = lines.flatMap((line, index) => (steps.test(line) ? [index] : []));
    expect(all.length).to.be.greaterThan(8);
    const keep = join(root, 'keep');
    must(`cp -a ${folder} ${keep}`);
    for (const index of all) {
      must(`rm -rf ${folder}; cp -a ${keep} ${folder}; echo RUNNING >${root}/state`);
      const cut = [...lines.slice(0, index), 'kill -KILL $$', ...lines.slice(index)].join('\n');
      expect(sh(cut).signal, lines[index]).to.equal('SIGKILL');
      const [named = ''] = listed().filter((line) => line.startsWith('identity'));
      const isNew = inRoot(`${folder}/rootfs.img`, 'ls bin 2>/dev/null || :').includes('valkey-server');
      expect(named, lines[index]).to.contain(isNew ? after : before);
      expect(inRoot(`${folder}/rootfs.img`, data), lines[index]).to.contain('the data');
      expect(sh(scriptOf()).stderr, lines[index]).to.equal('');
      expectRebuilt(lines[index] ?? '');
    }
  });

  it('that fails leaves everything as it was, and the container is started again', () => {
    // The data do not fit.
    must(`truncate -s 40M ${folder}/rootfs.img; resize2fs ${folder}/rootfs.img 2>/dev/null`);
    inRoot(`${folder}/rootfs.img`, 'dd if=/dev/urandom of=var/lib/redis/big bs=1M count=24 2>/dev/null');
    const { status, stderr } = sh(scriptOf());
    expect(status).not.to.equal(0);
    expect(stderr).to.contain('No space left on device');
    expect(readFileSync(join(folder, 'identity'), 'utf8')).to.equal(identity(before));
    expect(existsSync(join(folder, 'rootfs.former'))).to.equal(false);
    expect(readFileSync(join(root, 'state'), 'utf8')).to.equal('RUNNING\n');
  });

  it('does not copy through a link that the container made', () => {
    inRoot(`${folder}/rootfs.img`, 'mv var/lib/redis var/lib/moved; ln -s /etc var/lib/redis');
    const { status, stderr } = sh(scriptOf());
    expect(status).not.to.equal(0);
    expect(stderr).to.contain('is a link');
    expect(readFileSync(join(root, 'state'), 'utf8')).to.equal('RUNNING\n');
  });

  it('its former root is removed after its time, and not before', () => {
    sh(scriptOf());
    const remove = (keepSeconds: number) =>
      sh(
        reveal(
          containerFormer.script({ operation: 'container-former', host: 'h', name: 'acme-r1', owner, keepSeconds }),
        ).replaceAll('/var/lib/ec2-redis-operator', root),
      );
    expect(remove(3600).stderr).to.contain('its former root is kept for 3600 s');
    expect(existsSync(join(folder, 'rootfs.former'))).to.equal(true);
    expect(remove(0).stderr).to.equal('');
    expect([existsSync(join(folder, 'rootfs.former')), existsSync(join(folder, 'marks/former'))]).to.deep.equal([
      false,
      false,
    ]);
    expect(remove(0).status).to.equal(0);
  });
});
