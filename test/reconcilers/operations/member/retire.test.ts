import { spawn, spawnSync } from 'node:child_process';
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  realpathSync,
  renameSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { expect } from 'chai';
import type { HostAction } from '../../../../reconcilers/operations/actions.ts';
import { header } from '../../../../renderers/lib/header.ts';
import { reveal } from '../../../../renderers/lib/text.ts';
import { hostScript } from '../../../support/host-script.ts';

type Removal = HostAction<'member-retire' | 'member-restore' | 'member-destroy' | 'remove-files'>;

// No container of this name may run on the machine: the scripts read the mounts of all processes.
const owner = { cluster: 'quickstart', tenant: 'initech', member: 'r1' };
const name = 'initech-r1';
const mine = '# ec2-redis-operator: cluster=quickstart tenant=initech member=r1 ';
const was = { port: 'ct102', vlan: 102, address: '10.102.0.11' } as const;
const retire = { operation: 'member-retire', host: 'h', name, owner, was } as const;
const restore = { operation: 'member-restore', host: 'h', name, owner } as const;
const destroy = (keepSeconds: number | undefined) =>
  ({ operation: 'member-destroy', host: 'h', name, owner, keepSeconds }) as const;
const seconds = () => Math.floor(Date.now() / 1000);

/** The real scripts, in their own directories, with commands of LXC and Open vSwitch that only record their calls. */
describe('scripts that remove a member', () => {
  let root: string;
  const at = (...path: string[]) => join(root, ...path);
  const folder = (...path: string[]) => at('state/members', name, ...path);
  const put = (file: string, text: string) => {
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, text);
  };
  const program = (file: string, does: string) => {
    put(at('bin', file), `#!/bin/sh\n${does}\n`);
    chmodSync(at('bin', file), 0o755);
  };
  beforeEach(() => {
    root = realpathSync(mkdtempSync(join(tmpdir(), 'prune-')));
    put(at('lxc', name, 'config'), `# Managed\n${mine}vlan=102 address=10.102.0.11\n`);
    for (const file of ['up', 'start-host']) put(at('lxc', name, file), 'script');
    put(folder('identity'), `${mine}template=x uid=1 gid=1\n`);
    put(folder('rootfs.img'), 'data');
    put(folder('conf/redis.conf'), 'data');
    mkdirSync(folder('marks'));
    put(at('calls'), '');
    program('lxc-info', `cat ${at('state-word')}`);
    put(at('state-word'), 'STOPPED\n');
    program('lxc-stop', `echo "lxc-stop $*" >>${at('calls')}`);
    program('lxc-wait', ':');
    program('losetup', ':');
    program('ovs-vsctl', `echo "ovs-vsctl $*" >>${at('calls')}; case "$*" in *find*) cat ${at('ports')} ;; esac`);
    put(at('ports'), 'ct102\n');
  });
  afterEach(() => rmSync(root, { recursive: true }));

  const run = (action: Removal) => {
    const script = reveal(hostScript(action))
      .replaceAll('/var/lib/ec2-redis-operator', at('state'))
      .replaceAll('/var/lib/lxc', at('lxc'))
      .replaceAll('/run/ec2-redis-operator', at('run'))
      .replaceAll('/var/log/lxc', at('log'));
    const env = { ...process.env, PATH: `${at('bin')}:${process.env['PATH']}` };
    const input = `set -eu\numask 077\n${script}`;
    const { status, stderr } = spawnSync('sh', [], { input, encoding: 'utf8', env });
    return { status, stderr, calls: readFileSync(at('calls'), 'utf8') };
  };
  const tree = () => readdirSync(root, { recursive: true }).map(String).sort();
  /** Refused with this message, and nothing was done. */
  const refused = (action: Removal, message: string) => {
    const before = tree();
    const { status, stderr, calls } = run(action);
    expect(stderr).to.contain(message);
    expect(status).to.equal(1);
    expect(tree()).to.deep.equal(before);
    expect(calls).to.equal('');
  };

  describe('retire', () => {
    it('marks it, stops it, deletes its port, unregisters it from LXC, and keeps the directory', () => {
      const { status, stderr, calls } = run(retire);
      expect(status, stderr).to.equal(0);
      expect(calls.split('\n').map((line) => line.split(' ').slice(0, 3).join(' '))).to.deep.equal([
        'lxc-stop -n initech-r1',
        'ovs-vsctl --timeout=10 --bare',
        'ovs-vsctl --timeout=10 --if-exists',
        '',
      ]);
      expect(existsSync(at('lxc', name))).to.equal(false);
      expect(readdirSync(folder()).sort()).to.deep.equal(['conf', 'identity', 'marks', 'rootfs.img']);
      const [since, vlan, address] = readFileSync(folder('marks/retired'), 'utf8').trim().split(' ');
      expect(Number(since)).to.be.closeTo(seconds(), 100);
      expect([vlan, address]).to.deep.equal(['102', '10.102.0.11']);
      expect(run(retire).status).to.equal(0);
    });

    it('renews the time in an existing marker', () => {
      put(folder('marks/retired'), '1700000000 102 10.102.0.11\n');
      expect(run(retire).status).to.equal(0);
      expect(Number.parseInt(readFileSync(folder('marks/retired'), 'utf8'), 10)).to.be.greaterThan(1_700_000_000);
    });

    it('of one that starts again with another addressing says why, and is taken back with the last master as the initial one', () => {
      for (const file of ['sentinel.conf', 'auth', 'init']) put(folder('conf', file), file);
      put(folder('marks/bootstrap'), 'r3\n');
      put(folder('marks/bootstrapped'), 'yes\n');
      expect(run({ ...retire, readdressed: true }).status).to.equal(0);
      expect(readFileSync(folder('marks/retired'), 'utf8')).to.match(/^\d+ 102 10\.102\.0\.11 readdressed\n$/);
      const { status, stderr } = run({ ...restore, initialMaster: 'r2' });
      expect(status, stderr).to.equal(0);
      expect(readdirSync(folder('marks'))).to.deep.equal(['bootstrap']);
      expect(readFileSync(folder('marks/bootstrap'), 'utf8')).to.equal('r2\n');
      expect(readdirSync(folder('conf'))).to.deep.equal(['init']);
      expect(readFileSync(folder('rootfs.img'), 'utf8')).to.equal('data');
    });

    it('keeps a port of another tenant, and foreign files in LXC’s directory', () => {
      put(at('ports'), '');
      put(at('lxc', name, 'notes'), 'ask Ann');
      const { status, calls } = run(retire);
      expect(status).to.equal(0);
      expect(calls).not.to.contain('del-port');
      expect(readdirSync(at('lxc', name))).to.deep.equal(['notes']);
    });

    it('does nothing after the marker while it cannot be stopped', () => {
      put(at('state-word'), 'RUNNING\n');
      const { status, stderr, calls } = run(retire);
      expect(status).to.equal(1);
      expect(stderr).to.contain('initech-r1 could not be stopped (LXC reports RUNNING)');
      expect(calls).not.to.contain('ovs-vsctl');
      expect(existsSync(at('lxc', name, 'config'))).to.equal(true);
    });

    it('changes nothing of a foreign container or directory', () => {
      put(at('lxc', name, 'config'), '# by hand\n');
      refused(retire, 'does not carry this member');
      put(at('lxc', name, 'config'), `${mine}vlan=102 address=10.102.0.11\n`);
      put(folder('identity'), `${mine.replace('initech', 'initech2')}template=x\n`);
      refused(retire, 'does not carry this member');
    });

    it('follows no link', () => {
      renameSync(at('lxc', name), at('elsewhere'));
      symlinkSync(at('elsewhere'), at('lxc', name));
      refused(retire, 'is a link, is behind a link, or does not exist');
    });
  });

  describe('restore', () => {
    it('removes the marker, and fails if the directory does not exist', () => {
      put(folder('marks/retired'), '1700000000\n');
      expect(run(restore).status).to.equal(0);
      expect(readdirSync(folder('marks'))).to.deep.equal([]);
      expect(run(restore).status).to.equal(0);
      rmSync(folder(), { recursive: true });
      refused(restore, 'is a link, is behind a link, or does not exist');
    });
  });

  describe('destroy', () => {
    beforeEach(() => {
      rmSync(at('lxc', name), { recursive: true });
      put(folder('marks/retired'), `${seconds() - 1000} 102 10.102.0.11\n`);
    });

    it('deletes the directory, and keeps another member’s data behind a link in it', () => {
      put(at('state/members/acme-r1/rootfs.img'), 'data of another');
      symlinkSync(at('state/members/acme-r1'), folder('conf/appendonlydir'));
      symlinkSync('/', folder('conf/root'));
      const { status, stderr } = run(destroy(1000));
      expect(status, stderr).to.equal(0);
      expect(readdirSync(at('state/members'))).to.deep.equal(['acme-r1']);
      expect(existsSync(at('state/members/acme-r1/rootfs.img'))).to.equal(true);
      expect(run(destroy(1000)).status).to.equal(0);
    });

    it('deletes the directory that an earlier run renamed, and only that if there is no retention', () => {
      const aside = at('state/members/.quickstart.initech.r1.gone');
      put(join(aside, 'rootfs.img'), 'half');
      expect(run(destroy(undefined)).status).to.equal(0);
      expect(readdirSync(at('state/members'))).to.deep.equal([name]);
    });

    const cases: readonly (readonly [string, string, () => unknown])[] = [
      ['retired too recently', 'it is kept for', () => put(folder('marks/retired'), `${seconds() - 10}\n`)],
      ['retired in the future', 'it is kept for', () => put(folder('marks/retired'), `${seconds() + 9999}\n`)],
      ['a marker that is not a time', 'is not a time', () => put(folder('marks/retired'), 'yesterday\n')],
      ['an empty marker', 'is not a time', () => put(folder('marks/retired'), '')],
      ['no marker', 'is a link, is behind a link, or does not exist', () => rmSync(folder('marks/retired'))],
      ['registered with LXC', 'initech-r1 is registered with LXC (again)', () => put(at('lxc', name, 'config'), mine)],
      ['a foreign directory', 'does not carry this member', () => put(folder('identity'), '# by hand\n')],
      ['its disk on a loop device', '/dev/loop9', () => program('losetup', 'echo /dev/loop9')],
      [
        'behind a link',
        'is a link, is behind a link, or does not exist',
        () => {
          renameSync(at('state/members'), at('members'));
          symlinkSync(at('members'), at('state/members'));
        },
      ],
    ];
    for (const [why, message, change] of cases)
      it(`refuses: ${why}`, () => {
        change();
        refused(destroy(1000), message);
      });

    it('refuses while a process runs in it', () => {
      const child = spawn('sleep', ['60'], { cwd: folder('conf') });
      refused(destroy(1000), 'is still in use');
      child.kill();
    });
  });

  describe('remove-files', () => {
    const remove = (...paths: string[]) => ({ operation: 'remove-files', host: 'h', paths }) as const;

    it('removes managed files, whether they exist or not', () => {
      put(at('a.cfg'), `${header}text\n`);
      expect(run(remove(at('a.cfg'), at('b.cfg'))).status).to.equal(0);
      expect(existsSync(at('a.cfg'))).to.equal(false);
    });

    it('removes nothing if one of them is foreign, or a link', () => {
      put(at('a.cfg'), `${header}text\n`);
      put(at('theirs.cfg'), '# by hand\n');
      symlinkSync(at('a.cfg'), at('link.cfg'));
      refused(remove(at('a.cfg'), at('theirs.cfg')), at('theirs.cfg'));
      refused(remove(at('a.cfg'), at('link.cfg')), at('link.cfg'));
    });
  });
});
