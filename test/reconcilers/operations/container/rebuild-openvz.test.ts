import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import { containersOpenvzScript } from '../../../../reconcilers/facts/container/openvz-script.ts';
import { containerFormer } from '../../../../reconcilers/operations/container/container-former.ts';
import { containerRebuild } from '../../../../reconcilers/operations/container/container-rebuild.ts';
import { containerRun } from '../../../../reconcilers/operations/container/container-run.ts';
import { markLine } from '../../../../renderers/container/marker.ts';
import { reveal, type Text, text } from '../../../../renderers/lib/text.ts';

const owner = { cluster: 'c', tenant: 'acme', member: 'r1' };
const [before, after] = ['a'.repeat(64), 'b'.repeat(64)];
const identity = (template: string) => markLine({ ...owner, template, uid: 1001, gid: 1002 });

/** The real scripts over real file systems in images, with a vzctl that creates and mounts these. */
describe('a container of OpenVZ rebuilt from another template', function () {
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
    root = mkdtempSync(join(tmpdir(), 'rebuild-vz-'));
    folder = join(root, 'members/acme-r1');
    const made = ['bin', 'templates', 'vz', 'conf', 'vzroot/10101', 'tree/var/lib/redis', 'empty/bin'];
    for (const path of [...made, ...['marks', 'conf', 'private/root.hdd'].map((one) => `members/acme-r1/${one}`)])
      mkdirSync(join(root, path), { recursive: true });
    writeFileSync(join(root, 'tree/var/lib/redis/dump.rdb'), 'the data');
    writeFileSync(join(root, 'empty/bin/valkey-server'), 'the new engine');
    must(
      `cd ${folder}/private/root.hdd; truncate -s 8M root.hds; mkfs.ext4 -q -d ${root}/tree root.hds; : >DiskDescriptor.xml`,
    );
    writeFileSync(join(root, `templates/t@${after}.facts`), `${after} 1 2.0 1001 1002 1048576 1 2.0 valkey 8.1.1\n`);
    writeFileSync(join(folder, 'identity'), identity(before));
    writeFileSync(join(root, 'conf/10101.conf'), `VE_PRIVATE="${folder}/private"\n`);
    writeFileSync(join(root, 'state'), 'running');
    program(
      'vzctl',
      `set -eu
id=$2 point=${root}/vzroot/$2
mounted() { grep -qF " $point " /proc/mounts; }
case $1 in
  create)
    shift 2
    while [ $# -gt 0 ]; do case $1 in --private) private=$2 ;; esac; shift 2; done
    [ ! -e ${root}/conf/$id.conf ] || exit 44
    mkdir -p "$private/root.hdd" "$point"
    truncate -s 12M "$private/root.hdd/root.hds"
    mkfs.ext4 -q -d ${root}/empty "$private/root.hdd/root.hds"
    : >"$private/root.hdd/DiskDescriptor.xml"
    printf 'VE_PRIVATE="%s"\\n' "$private" >${root}/conf/$id.conf ;;
  mount)
    [ "$id" != 10101 ] || [ "$(cat ${root}/state)" = down ] || exit 32
    private=$(sed -n 's/^VE_PRIVATE="\\(.*\\)"$/\\1/p' ${root}/conf/$id.conf)
    mount -o loop "$private/root.hdd/root.hds" "$point" ;;
  umount) mounted || exit 40; umount "$point" ;;
  stop) printf down >${root}/state ;;
  start)
    [ -e ${folder}/private/root.hdd/root.hds ] || exit 43
    printf running >${root}/state; echo start >>${root}/starts ;;
  status)
    at=unmounted; ! mounted || at=mounted
    echo "CTID $id exist $at $(cat ${root}/state)" ;;
esac`,
    );
  });
  afterEach(() => rmSync(root, { recursive: true }));

  const placed = (script: Text) =>
    reveal(script)
      .replaceAll('/var/lib/ec2-redis-operator', root)
      .replaceAll('/etc/vz/conf', `${root}/conf`)
      .replaceAll('/vz/root', `${root}/vzroot`);
  const scriptOf = () =>
    placed(
      containerRebuild.script({
        operation: 'container-rebuild',
        host: 'h',
        name: 'acme-r1',
        folder,
        image: `${root}/templates/t@${after}.img`,
        bytes: 12 * 2 ** 20,
        uid: 1001,
        gid: 1002,
        identity: { path: 'identity', mode: '0644', owner: 'root:root', content: text`${identity(after)}` },
        engine: { name: 'valkey', version: '8.1.1' },
        openvz: { ctid: '10101', template: 't' },
      }),
    );
  /** In a mount namespace of its own, which ends with it, as a host's mounts end with a boot. */
  const sh = (script: string) =>
    spawnSync('unshare', ['-m', 'sh'], {
      input: `set -eu\numask 077\n${script}`,
      encoding: 'utf8',
      env: { ...process.env, PATH: `${root}/bin:/usr/sbin:/sbin:${process.env['PATH']}` },
    });
  const inRoot = (area: string, script: string) =>
    must(
      `unshare -m sh -euc 'mkdir -p ${root}/mnt; mount -o loop ${area}/root.hdd/root.hds ${root}/mnt; cd ${root}/mnt; ${script}'`,
    );
  const listed = () => {
    program('vzlist', 'echo "[]"');
    const lines = sh(`set +e\n${placed(containersOpenvzScript)}`).stdout.split('\n');
    return lines.filter((line) => /^(identity|former|image)/.test(line));
  };
  const expectRebuilt = (where: string) => {
    const data = 'cat var/lib/redis/dump.rdb; stat -c %u:%g var/lib/redis/dump.rdb';
    expect(inRoot(`${folder}/private`, `cat bin/valkey-server; ${data}`), where).to.equal(
      'the new enginethe data1001:1002',
    );
    expect(inRoot(`${folder}/private.former`, data), where).to.contain('the data');
    expect(readFileSync(join(folder, 'identity'), 'utf8'), where).to.equal(identity(after));
    expect(readFileSync(join(root, 'state'), 'utf8'), where).to.equal('running');
    expect(existsSync(join(folder, '.rebuild')), where).to.equal(false);
    expect(existsSync(join(root, 'conf/110101.conf')), where).to.equal(false);
  };

  it('has the new root with its data, and the former one is kept; done again, nothing changes', () => {
    const { status, stderr } = sh(scriptOf());
    expect(status, stderr).to.equal(0);
    expectRebuilt('once');
    expect(listed().map((line) => line.split(' ').slice(0, 2).join(' '))).to.deep.equal([
      'identity acme-r1',
      'former acme-r1',
      'image acme-r1',
    ]);
    expect(sh(scriptOf()).status).to.equal(0);
    expect(readFileSync(join(root, 'starts'), 'utf8')).to.equal('start\n');
  });

  it('killed before each step of it: the member has a root that its identity names, can be started, and the next run finishes', () => {
    const steps = /^(vz |mkdir -m|cp|if \[ -d "\$root|rm -|mv |sync|date|trap - EXIT)/;
    const lines = scriptOf().split('\n');
    const all = lines.flatMap((line, index) => (steps.test(line) ? [index] : []));
    expect(all.length).to.be.greaterThan(16);
    const keep = join(root, 'keep');
    must(`mkdir ${keep}; cp -a ${folder} ${root}/conf ${keep}/`);
    const start = placed(
      containerRun.script({ operation: 'container-run', host: 'h', name: 'acme-r1', order: 'start', ctid: '10101' }),
    );
    for (const index of all) {
      must(`rm -rf ${folder} ${root}/conf; cp -a ${keep}/acme-r1 ${folder}; cp -a ${keep}/conf ${root}/conf`);
      writeFileSync(join(root, 'state'), 'running');
      const where = `killed before: ${lines[index]}`;
      sh([...lines.slice(0, index), 'trap - EXIT', 'kill -9 $$'].join('\n'));
      expect(
        listed().filter((line) => line.startsWith('image')),
        where,
      ).to.have.length(1);
      const started = sh(start);
      expect(started.status, `${where}\n${started.stderr}`).to.equal(0);
      const engine = inRoot(`${folder}/private`, 'ls bin 2>/dev/null || :');
      const named = listed().find((line) => line.startsWith('identity'));
      expect(named, where).to.contain(engine.includes('valkey-server') ? after : before);
      const { status, stderr } = sh(scriptOf());
      expect(status, `${where}\n${stderr}`).to.equal(0);
      expectRebuilt(where);
    }
  });

  it('a container of somebody else that has the number of the draft is left alone', () => {
    writeFileSync(join(root, 'conf/110101.conf'), 'VE_PRIVATE="/vz/private/110101"\n');
    const { status, stderr } = sh(scriptOf());
    expect(status).to.equal(1);
    expect(stderr).to.contain('is prepared as container 110101, which exists already');
    expect(readFileSync(join(root, 'state'), 'utf8')).to.equal('running');
    expect(existsSync(join(root, 'conf/110101.conf'))).to.equal(true);
  });

  it('its former root is removed when its time is over', () => {
    sh(scriptOf());
    const remove = (keepSeconds: number) =>
      sh(
        placed(
          containerFormer.script({ operation: 'container-former', host: 'h', name: 'acme-r1', owner, keepSeconds }),
        ),
      );
    expect(remove(600).stderr).to.contain('its former root is kept for 600 s');
    expect(existsSync(join(folder, 'private.former'))).to.equal(true);
    expect(remove(0).status).to.equal(0);
    expect(existsSync(join(folder, 'private.former'))).to.equal(false);
    expect(listed().some((line) => line.startsWith('former'))).to.equal(false);
  });
});
