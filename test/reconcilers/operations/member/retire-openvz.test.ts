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
import type { HostAction } from '../../../../reconcilers/operations/actions.ts';
import { reveal } from '../../../../renderers/lib/text.ts';
import { hostScript } from '../../../support/host-script.ts';

const owner = { cluster: 'quickstart', tenant: 'initech', member: 'r1' };
const name = 'initech-r1';
const mine = '# ec2-redis-operator: cluster=quickstart tenant=initech member=r1 vlan=102 address=10.102.0.11';
const was = { port: 'ct102', vlan: 102, address: '10.102.0.11' } as const;
const retire = { operation: 'member-retire', host: 'h', name, owner, was, ctid: '10102' } as const;
const destroy = { operation: 'member-destroy', host: 'h', name, owner, keepSeconds: 1 } as const;

/** The real scripts, in their own directories, with a vzctl that stops a container when it is called. */
describe('scripts that remove a member from OpenVZ', () => {
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

  const run = (action: HostAction<'member-retire' | 'member-destroy'>) => {
    const script = reveal(hostScript(action))
      .replaceAll('/var/lib/ec2-redis-operator', at('state'))
      .replaceAll('/etc/ec2-redis-operator', root)
      .replaceAll('/etc/vz', root);
    const env = { ...process.env, PATH: `${at('bin')}:${process.env['PATH']}` };
    const { status, stderr } = spawnSync('sh', [], { input: `set -eu\numask 077\n${script}`, encoding: 'utf8', env });
    return { status, stderr, calls: readFileSync(at('calls'), 'utf8') };
  };

  it('marks it, stops it, deletes its port, unregisters it from OpenVZ, and keeps the directory', () => {
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

  it('unmounts the file system of one that died', () => {
    program(
      'vzctl',
      `[ "$1" = status ] && exec cat ${at('state-word')}
echo "vzctl $*" >>${at('calls')}; [ "$1" != umount ] || echo 'CTID 10102 exist unmounted down' >${at('state-word')}`,
    );
    put(at('state-word'), 'CTID 10102 exist mounted down\n');
    expect(run(retire).status).to.equal(0);
    expect(run(retire).calls).to.contain('vzctl umount 10102');
  });

  it('does nothing after the marker while it cannot be stopped', () => {
    program('vzctl', '[ "$1" = status ] && echo "CTID 10102 exist mounted running"; exit 33');
    const { status, stderr, calls } = run(retire);
    expect(status).to.equal(33);
    expect(stderr).to.contain('vzctl stop 10102 exited with 33: it could not be stopped.');
    expect(calls).to.equal('');
    expect(existsSync(at('conf/10102.conf'))).to.equal(true);
  });

  it('changes nothing of a foreign container of that number', () => {
    put(at('conf/10102.conf'), 'DESCRIPTION="theirs"\n');
    const { status, stderr, calls } = run(retire);
    expect({ status, calls }).to.deep.equal({ status: 1, calls: '' });
    expect(stderr).to.contain('does not carry this member');
    expect(existsSync(folder('marks/retired'))).to.equal(false);
  });

  it('deletes no directory that is registered with OpenVZ again', () => {
    put(folder('marks/retired'), '1700000000 102 10.102.0.11\n');
    const { status, stderr } = run(destroy);
    expect(status).to.equal(1);
    expect(stderr).to.contain('initech-r1 is registered with OpenVZ (again');
    expect(existsSync(folder('private/root.hdd/root.hds'))).to.equal(true);
  });

  it('deletes a retired directory with its private area', () => {
    expect(run(retire).status).to.equal(0);
    put(folder('marks/retired'), '1700000000 102 10.102.0.11\n');
    const { status, stderr } = run(destroy);
    expect(status, stderr).to.equal(0);
    expect(readdirSync(at('state/members'))).to.deep.equal([]);
  });
});
