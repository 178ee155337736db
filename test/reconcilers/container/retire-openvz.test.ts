import { spawnSync } from 'node:child_process';
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  realpathSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { expect } from 'chai';
import { type ActionOf, verbs } from '../../../reconcilers/verbs/index.ts';
import type { HostVerb } from '../../../reconcilers/verbs/verb.ts';
import { reveal } from '../../../renderers/text.ts';

type Verb = 'member-retire' | 'member-destroy';

const owner = { cluster: 'quickstart', tenant: 'initech', member: 'r1' };
const name = 'initech-r1';
const mine = '# ec2-redis-operator: cluster=quickstart tenant=initech member=r1 vlan=102 address=10.102.0.11';
const was = { port: 'ct102', vlan: 102, address: '10.102.0.11' } as const;
const retire = { verb: 'member-retire', host: 'h', name, owner, was, ctid: '10102' } as const;
const destroy = { verb: 'member-destroy', host: 'h', name, owner, keepSeconds: 1 } as const;

/** The real scripts, over folders of their own, with a vzctl that stops what it is told to. */
describe('scripts that take a member of OpenVZ away', () => {
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
    root = realpathSync(mkdtempSync(join(tmpdir(), 'retire-')));
    put(at('conf/10102.conf'), `VE_PRIVATE="${folder()}/private"\nDESCRIPTION="${mine}"\n`);
    for (const file of ['10102.mount', '10102.umount', '777.conf', '777.mount']) put(at('conf', file), 'script\n');
    put(at('openvz/ports/ct102'), 'script');
    mkdirSync(at('names'));
    symlinkSync(at('conf/10102.conf'), at('names', name));
    put(folder('identity'), `${mine.replace(/ vlan.*/, '')} template=x uid=1 gid=1\n`);
    put(folder('private/root.hdd/root.hds'), 'data');
    mkdirSync(folder('marks'));
    put(at('calls'), '');
    put(at('state-word'), 'CTID 10102 exist mounted running\n');
    program(
      'vzctl',
      `[ "$1" = status ] && exec cat ${at('state-word')}
echo "vzctl $*" >>${at('calls')}; echo 'CTID 10102 exist unmounted down' >${at('state-word')}`,
    );
    program('ovs-vsctl', `echo "ovs-vsctl $*" >>${at('calls')}; case "$*" in *find*) echo ct102 ;; esac`);
    program('losetup', ':');
  });
  afterEach(() => rmSync(root, { recursive: true }));

  const run = (action: ActionOf<Verb>) => {
    const verb = verbs[action.verb] as unknown as HostVerb<ActionOf<Verb>>;
    const script = reveal(verb.script(action))
      .replaceAll('/var/lib/ec2-redis-operator', at('state'))
      .replaceAll('/etc/ec2-redis-operator', root)
      .replaceAll('/etc/vz', root);
    const env = { ...process.env, PATH: `${at('bin')}:${process.env['PATH']}` };
    const { status, stderr } = spawnSync('sh', [], { input: `set -eu\numask 077\n${script}`, encoding: 'utf8', env });
    return { status, stderr, calls: readFileSync(at('calls'), 'utf8') };
  };

  it('marks, stops, takes the port out, makes OpenVZ forget it, and keeps the folder', () => {
    const { status, stderr, calls } = run(retire);
    expect(status, stderr).to.equal(0);
    expect(calls.split('\n')[0]).to.equal('vzctl stop 10102');
    expect(calls).to.contain('del-port ct102');
    expect(readdirSync(at('conf')).sort()).to.deep.equal(['777.conf', '777.mount']);
    expect(readdirSync(at('names')).concat(readdirSync(at('openvz/ports')))).to.deep.equal([]);
    expect(readFileSync(folder('private/root.hdd/root.hds'), 'utf8')).to.equal('data');
    expect(readFileSync(folder('marks/retired'), 'utf8')).to.match(/^\d+ 102 10\.102\.0\.11\n$/);
    expect(run(retire).status, 'again').to.equal(0);
  });

  it('unmounts what was left mounted by one that died', () => {
    program(
      'vzctl',
      `[ "$1" = status ] && exec cat ${at('state-word')}
echo "vzctl $*" >>${at('calls')}; [ "$1" != umount ] || echo 'CTID 10102 exist unmounted down' >${at('state-word')}`,
    );
    put(at('state-word'), 'CTID 10102 exist mounted down\n');
    expect(run(retire).status).to.equal(0);
    expect(run(retire).calls).to.contain('vzctl umount 10102');
  });

  it('goes no further than the mark while it does not stop', () => {
    program('vzctl', '[ "$1" = status ] && echo "CTID 10102 exist mounted running"; exit 33');
    const { status, stderr, calls } = run(retire);
    expect(status).to.equal(33);
    expect(stderr).to.contain('vzctl stop 10102 ended with 33: it does not stop.');
    expect(calls).to.equal('');
    expect(existsSync(at('conf/10102.conf'))).to.equal(true);
  });

  it('touches nothing of a container of that number that is another’s', () => {
    put(at('conf/10102.conf'), 'DESCRIPTION="theirs"\n');
    const { status, stderr, calls } = run(retire);
    expect({ status, calls }).to.deep.equal({ status: 1, calls: '' });
    expect(stderr).to.contain('does not say that it is this member');
    expect(existsSync(folder('marks/retired'))).to.equal(false);
  });

  it('destroys no folder that OpenVZ knows again', () => {
    put(folder('marks/retired'), '1700000000 102 10.102.0.11\n');
    const { status, stderr } = run(destroy);
    expect(status).to.equal(1);
    expect(stderr).to.contain('OpenVZ knows initech-r1 (again');
    expect(existsSync(folder('private/root.hdd/root.hds'))).to.equal(true);
  });

  it('destroys a retired folder, its private area with it', () => {
    expect(run(retire).status).to.equal(0);
    put(folder('marks/retired'), '1700000000 102 10.102.0.11\n');
    const { status, stderr } = run(destroy);
    expect(status, stderr).to.equal(0);
    expect(readdirSync(at('state/members'))).to.deep.equal([]);
  });
});
