import { spawnSync } from 'node:child_process';
import { chmodSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import type { ActionOf, HostAction } from '../../../../reconcilers/operations/actions.ts';
import { vzctlExits } from '../../../../reconcilers/operations/container/vzctl.ts';
import { reveal, text } from '../../../../renderers/lib/text.ts';
import { hostScript } from '../../../support/host-script.ts';

const run = { operation: 'container-run', host: 'h', name: 'acme-r1', order: 'start', ctid: '10101' } as const;
const mark = '# ec2-redis-operator: cluster=quickstart tenant=acme member=r1 vlan=101 address=10.101.0.11';

/** The real scripts, with a vzctl that records its calls and exits with the codes of the test, one per line. */
describe('scripts that call vzctl', () => {
  let root: string;
  const at = (...path: string[]) => join(root, ...path);
  const program = (name: string, does: string) => {
    writeFileSync(at('bin', name), `#!/bin/sh\n${does}\n`);
    chmodSync(at('bin', name), 0o755);
  };

  beforeEach(() => {
    root = mkdtempSync(join(tmpdir(), 'vzctl-'));
    mkdirSync(at('bin'));
    writeFileSync(at('calls'), '');
    writeFileSync(at('codes'), '');
    writeFileSync(at('state'), 'CTID 10101 exist unmounted down\n');
    program('sleep', '');
    program(
      'vzctl',
      `if [ "$1" = status ]; then cat ${at('state')}; exit 0; fi
for word; do printf '<%s>' "$word"; done >>${at('calls')}
echo >>${at('calls')}
if [ "$1" = umount ]; then echo 'CTID 10101 exist unmounted down' >${at('state')}; fi
read -r code <${at('codes')} || code=0
sed -i 1d ${at('codes')}
echo 'and this is why' >&2
exit "$code"`,
    );
  });
  afterEach(() => rmSync(root, { recursive: true }));

  const perform = (action: HostAction, codes: readonly number[] = []) => {
    writeFileSync(at('codes'), codes.map((code) => `${code}\n`).join(''));
    const source = reveal(hostScript(action))
      .replaceAll('/etc/vz/', `${root}/`)
      .replaceAll('/vz/root/', `${root}/root/`);
    const env = { PATH: `${at('bin')}:${process.env['PATH']}` };
    const { status, stderr } = spawnSync('sh', ['-euc', source], { env, encoding: 'utf8' });
    return { status, stderr, calls: readFileSync(at('calls'), 'utf8').split('\n').filter(Boolean) };
  };

  it('starts a container', () => expect(perform(run)).to.deep.include({ status: 0, calls: ['<start><10101>'] }));

  it('leaves a running one alone', () => {
    writeFileSync(at('state'), 'CTID 10101 exist mounted running\n');
    expect(perform(run)).to.deep.include({ status: 0, calls: [] });
  });

  it('mounts one again that died and left its file system mounted', () => {
    writeFileSync(at('state'), 'CTID 10101 exist mounted down\n');
    expect(perform(run).calls).to.deep.equal(['<umount><10101>', '<start><10101>']);
  });

  it('retries while another process has it locked', () =>
    expect(perform(run, [9, 9, 0])).to.deep.include({ status: 0, calls: Array(3).fill('<start><10101>') }));

  it('fails after half a minute, with the cause', () => {
    const { status, stderr, calls } = perform(run, Array(40).fill(9));
    expect(status).to.equal(9);
    expect(calls).to.have.length(31);
    expect(stderr).to.contain('another vzctl has it locked');
  });

  for (const code of [3, 5, 14, 43, 79, 105, 130])
    it(`explains exit code ${code}`, () => {
      const { status, stderr } = perform(run, [code]);
      expect(status).to.equal(code);
      expect(stderr).to.equal(`vzctl start 10101 exited with ${code}: ${vzctlExits[code]}. Output: and this is why\n`);
    });

  it('reports an unknown exit code as such', () =>
    expect(perform(run, [77]).stderr).to.match(/^vzctl start 10101 exited with 77: unknown exit code\. /));

  it('stops and starts', () =>
    expect(perform({ ...run, order: 'restart' }).calls).to.deep.equal(['<stop><10101>', '<start><10101>']));

  describe('a restart for the loaded configuration', () => {
    const restart = { ...run, order: 'restart', boot: 'b'.repeat(64) } as const;
    const loaded = (digest: string) => {
      writeFileSync(at('state'), 'CTID 10101 exist mounted running\n');
      mkdirSync(at('root/10101/run'), { recursive: true });
      writeFileSync(at('root/10101/run/ec2-redis-boot'), `${digest}\n`);
    };
    it('is skipped if another run has done it', () => {
      loaded('b'.repeat(64));
      expect(perform(restart)).to.deep.include({ status: 0, calls: [] });
    });
    it('is done while another configuration is loaded', () => {
      loaded('c'.repeat(64));
      expect(perform(restart).calls[0]).to.equal('<stop><10101>');
    });
  });

  describe('parameters', () => {
    const path = () => at('conf/10101.conf');
    const set = (): ActionOf<'container-settings'> => ({
      operation: 'container-settings',
      host: 'h',
      name: 'acme-r1',
      ctid: '10101',
      base: { path: path(), mode: '0644', owner: 'root:root', content: text`DESCRIPTION="${mark}"\n`, mark },
      settings: [
        ['ram', '268435456B'],
        ['name', "it's $(odd)"],
      ],
    });
    const call = "<set><10101><--ram><268435456B><--name><it's $(odd)><--save>";

    it('of an unregistered container: its configuration is written first', () => {
      expect(perform(set())).to.deep.include({ status: 0, calls: [call] });
      expect(readFileSync(path(), 'utf8')).to.equal(`DESCRIPTION="${mark}"\n`);
    });

    it('of an unregistered container: what a registration with another number left behind is removed, and nothing else', () => {
      mkdirSync(at('conf'));
      const mounts = (name: string) => `folder='/var/lib/ec2-redis-operator/members/${name}'\n`;
      for (const [id, name] of [
        [10151, 'acme-r1'],
        [10152, 'acme-r1'],
        [10153, 'acme-r10'],
      ] as const) {
        writeFileSync(at(`conf/${id}.mount`), mounts(name));
        writeFileSync(at(`conf/${id}.umount`), '');
      }
      writeFileSync(at('conf/10152.conf'), '');
      expect(perform(set()).status).to.equal(0);
      expect(readdirSync(at('conf')).sort()).to.deep.equal([
        '10101.conf',
        '10152.conf',
        '10152.mount',
        '10152.umount',
        '10153.mount',
        '10153.umount',
      ]);
    });

    it('of a registered container: the rest of its configuration stays', () => {
      mkdirSync(at('conf'));
      writeFileSync(path(), `ONBOOT="no"\nDESCRIPTION="${mark}"\n`);
      expect(perform(set())).to.deep.include({ status: 0, calls: [call] });
      expect(readFileSync(path(), 'utf8')).to.contain('ONBOOT="no"');
    });

    it('of a foreign container of that number are not changed', () => {
      mkdirSync(at('conf'));
      writeFileSync(path(), 'DESCRIPTION="theirs"\n');
      const { status, calls, stderr } = perform(set());
      expect({ status, calls }).to.deep.equal({ status: 1, calls: [] });
      expect(stderr).to.contain('does not carry this member');
      expect(readFileSync(path(), 'utf8')).to.equal('DESCRIPTION="theirs"\n');
    });

    it('report that they could not be saved', () =>
      expect(perform(set(), [139]))
        .to.deep.include({ status: 139 })
        .and.to.have.property('stderr')
        .that.contains('is the disk full?'));
  });
});
