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
import { type ActionOf, verbs } from '../../../reconcilers/verbs/index.ts';
import type { HostVerb } from '../../../reconcilers/verbs/verb.ts';
import { header } from '../../../renderers/header.ts';
import { reveal } from '../../../renderers/text.ts';

type Verb = 'member-retire' | 'member-restore' | 'member-destroy' | 'remove-files';

// No container of this name runs on the machine: the scripts look at the mounts of every process.
const owner = { cluster: 'quickstart', tenant: 'initech', member: 'r1' };
const name = 'initech-r1';
const mine = '# ec2-redis-operator: cluster=quickstart tenant=initech member=r1 ';
const was = { port: 'ct102', vlan: 102, address: '10.102.0.11' } as const;
const retire = { verb: 'member-retire', host: 'h', name, owner, was } as const;
const restore = { verb: 'member-restore', host: 'h', name, owner } as const;
const destroy = (keepSeconds: number | undefined) =>
  ({ verb: 'member-destroy', host: 'h', name, owner, keepSeconds }) as const;
const seconds = () => Math.floor(Date.now() / 1000);

/** The real scripts, over folders of their own, and over an LXC and an Open vSwitch that only write down what they are told. */
describe('scripts that take a member away', () => {
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

  const run = <V extends Verb>(action: ActionOf<V>) => {
    const verb = verbs[action.verb] as unknown as HostVerb<ActionOf<V>>;
    const script = reveal(verb.script(action))
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
  /** Refused, in these words, and nothing of it done. */
  const refused = (action: ActionOf<Verb>, words: string) => {
    const before = tree();
    const { status, stderr, calls } = run(action);
    expect(stderr).to.contain(words);
    expect(status).to.equal(1);
    expect(tree()).to.deep.equal(before);
    expect(calls).to.equal('');
  };

  describe('retire', () => {
    it('marks, stops, takes the port out, makes LXC forget it, and keeps the folder', () => {
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

    it('renews the time of a mark that is there', () => {
      put(folder('marks/retired'), '1700000000 102 10.102.0.11\n');
      expect(run(retire).status).to.equal(0);
      expect(Number.parseInt(readFileSync(folder('marks/retired'), 'utf8'), 10)).to.be.greaterThan(1_700_000_000);
    });

    it('leaves a port that is not the tenant’s, and what somebody put into LXC’s folder', () => {
      put(at('ports'), '');
      put(at('lxc', name, 'notes'), 'ask Ann');
      const { status, calls } = run(retire);
      expect(status).to.equal(0);
      expect(calls).not.to.contain('del-port');
      expect(readdirSync(at('lxc', name))).to.deep.equal(['notes']);
    });

    it('goes no further than the mark while it does not stop', () => {
      put(at('state-word'), 'RUNNING\n');
      const { status, stderr, calls } = run(retire);
      expect(status).to.equal(1);
      expect(stderr).to.contain('initech-r1 does not stop (LXC says RUNNING)');
      expect(calls).not.to.contain('ovs-vsctl');
      expect(existsSync(at('lxc', name, 'config'))).to.equal(true);
    });

    it('touches nothing of a container, or a folder, that is another’s', () => {
      put(at('lxc', name, 'config'), '# by hand\n');
      refused(retire, 'does not say that it is this member');
      put(at('lxc', name, 'config'), `${mine}vlan=102 address=10.102.0.11\n`);
      put(folder('identity'), `${mine.replace('initech', 'initech2')}template=x\n`);
      refused(retire, 'does not say that it is this member');
    });

    it('follows no link', () => {
      renameSync(at('lxc', name), at('elsewhere'));
      symlinkSync(at('elsewhere'), at('lxc', name));
      refused(retire, 'is a link, lies behind one, or is gone');
    });
  });

  describe('restore', () => {
    it('takes the mark away, and fails where the folder is gone', () => {
      put(folder('marks/retired'), '1700000000\n');
      expect(run(restore).status).to.equal(0);
      expect(readdirSync(folder('marks'))).to.deep.equal([]);
      expect(run(restore).status).to.equal(0);
      rmSync(folder(), { recursive: true });
      refused(restore, 'is a link, lies behind one, or is gone');
    });
  });

  describe('destroy', () => {
    beforeEach(() => {
      rmSync(at('lxc', name), { recursive: true });
      put(folder('marks/retired'), `${seconds() - 1000} 102 10.102.0.11\n`);
    });

    it('removes the folder, and a neighbour’s data behind a link in it stay', () => {
      put(at('state/members/acme-r1/rootfs.img'), 'data of another');
      symlinkSync(at('state/members/acme-r1'), folder('conf/appendonlydir'));
      symlinkSync('/', folder('conf/root'));
      const { status, stderr } = run(destroy(1000));
      expect(status, stderr).to.equal(0);
      expect(readdirSync(at('state/members'))).to.deep.equal(['acme-r1']);
      expect(existsSync(at('state/members/acme-r1/rootfs.img'))).to.equal(true);
      expect(run(destroy(1000)).status).to.equal(0);
    });

    it('ends what an earlier run moved aside, and only that where it is told so', () => {
      const aside = at('state/members/.quickstart.initech.r1.gone');
      put(join(aside, 'rootfs.img'), 'half');
      expect(run(destroy(undefined)).status).to.equal(0);
      expect(readdirSync(at('state/members'))).to.deep.equal([name]);
    });

    const cases: readonly (readonly [string, string, () => unknown])[] = [
      ['retired too short a time ago', 'it is kept for', () => put(folder('marks/retired'), `${seconds() - 10}\n`)],
      ['retired in the future', 'it is kept for', () => put(folder('marks/retired'), `${seconds() + 9999}\n`)],
      ['a mark that is no time', 'is not a time', () => put(folder('marks/retired'), 'yesterday\n')],
      ['a mark that is empty', 'is not a time', () => put(folder('marks/retired'), '')],
      ['no mark', 'is a link, lies behind one, or is gone', () => rmSync(folder('marks/retired'))],
      ['LXC knows it', 'LXC knows initech-r1 (again)', () => put(at('lxc', name, 'config'), mine)],
      ['another’s folder', 'does not say', () => put(folder('identity'), '# by hand\n')],
      ['its disk on a loop device', '/dev/loop9', () => program('losetup', 'echo /dev/loop9')],
      [
        'behind a link',
        'is a link, lies behind one, or is gone',
        () => {
          renameSync(at('state/members'), at('members'));
          symlinkSync(at('members'), at('state/members'));
        },
      ],
    ];
    for (const [why, words, change] of cases)
      it(`refuses: ${why}`, () => {
        change();
        refused(destroy(1000), words);
      });

    it('refuses while a process works in it', () => {
      const child = spawn('sleep', ['60'], { cwd: folder('conf') });
      refused(destroy(1000), 'something still uses');
      child.kill();
    });
  });

  describe('remove-files', () => {
    const remove = (...paths: string[]) => ({ verb: 'remove-files', host: 'h', paths }) as const;

    it('removes files of ours, whether they are there or not', () => {
      put(at('a.cfg'), `${header}text\n`);
      expect(run(remove(at('a.cfg'), at('b.cfg'))).status).to.equal(0);
      expect(existsSync(at('a.cfg'))).to.equal(false);
    });

    it('removes nothing where one of them is another’s, or a link', () => {
      put(at('a.cfg'), `${header}text\n`);
      put(at('theirs.cfg'), '# by hand\n');
      symlinkSync(at('a.cfg'), at('link.cfg'));
      refused(remove(at('a.cfg'), at('theirs.cfg')), 'does not say that it is ours');
      refused(remove(at('a.cfg'), at('link.cfg')), 'does not say that it is ours');
    });
  });
});
