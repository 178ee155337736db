import { spawnSync } from 'node:child_process';
import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import { type Action, type ActionOf, verbs } from '../../../reconcilers/verbs/index.ts';
import type { HostVerb } from '../../../reconcilers/verbs/verb.ts';
import { vzctlExits } from '../../../reconcilers/verbs/vzctl.ts';
import { reveal, text } from '../../../renderers/text.ts';

const run = { verb: 'container-run', host: 'h', name: 'acme-r1', order: 'start', ctid: '10101' } as const;
const mark = '# ec2-redis-operator: cluster=quickstart tenant=acme member=r1 vlan=101 address=10.101.0.11';

/** The real scripts, with a vzctl that writes down what it is told and ends as the test says: an exit code a line. */
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

  const perform = (action: Action, codes: readonly number[] = []) => {
    writeFileSync(at('codes'), codes.map((code) => `${code}\n`).join(''));
    const { script } = verbs[action.verb] as HostVerb<Action>;
    const source = reveal(script(action)).replaceAll('/etc/vz/', `${root}/`).replaceAll('/vz/root/', `${root}/root/`);
    const env = { PATH: `${at('bin')}:${process.env['PATH']}` };
    const { status, stderr } = spawnSync('sh', ['-euc', source], { env, encoding: 'utf8' });
    return { status, stderr, calls: readFileSync(at('calls'), 'utf8').split('\n').filter(Boolean) };
  };

  it('starts a container', () => expect(perform(run)).to.deep.include({ status: 0, calls: ['<start><10101>'] }));

  it('leaves one alone that runs', () => {
    writeFileSync(at('state'), 'CTID 10101 exist mounted running\n');
    expect(perform(run)).to.deep.include({ status: 0, calls: [] });
  });

  it('mounts one anew that died and left its file system mounted', () => {
    writeFileSync(at('state'), 'CTID 10101 exist mounted down\n');
    expect(perform(run).calls).to.deep.equal(['<umount><10101>', '<start><10101>']);
  });

  it('tries again while somebody else has it locked', () =>
    expect(perform(run, [9, 9, 0])).to.deep.include({ status: 0, calls: Array(3).fill('<start><10101>') }));

  it('gives up in the end, and says who', () => {
    const { status, stderr, calls } = perform(run, Array(40).fill(9));
    expect(status).to.equal(9);
    expect(calls).to.have.length(31);
    expect(stderr).to.contain('another vzctl has it locked');
  });

  for (const code of [3, 5, 14, 43, 79, 105, 130])
    it(`says what ${code} means`, () => {
      const { status, stderr } = perform(run, [code]);
      expect(status).to.equal(code);
      expect(stderr).to.equal(`vzctl start 10101 ended with ${code}: ${vzctlExits[code]}. It says: and this is why\n`);
    });

  it('a code that is in no manual is told as it is', () =>
    expect(perform(run, [77]).stderr).to.match(/^vzctl start 10101 ended with 77: a code that is not known\. /));

  it('stops and starts', () =>
    expect(perform({ ...run, order: 'restart' }).calls).to.deep.equal(['<stop><10101>', '<start><10101>']));

  describe('a restart for what is loaded', () => {
    const restart = { ...run, order: 'restart', boot: 'b'.repeat(64) } as const;
    const loaded = (digest: string) => {
      writeFileSync(at('state'), 'CTID 10101 exist mounted running\n');
      mkdirSync(at('root/10101/run'), { recursive: true });
      writeFileSync(at('root/10101/run/ec2-redis-boot'), `${digest}\n`);
    };
    it('is left out when another run has done it', () => {
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
      verb: 'container-settings',
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

    it('of one that vzctl does not know: its configuration is written first', () => {
      expect(perform(set())).to.deep.include({ status: 0, calls: [call] });
      expect(readFileSync(path(), 'utf8')).to.equal(`DESCRIPTION="${mark}"\n`);
    });

    it('of one that it knows: what its configuration says stays', () => {
      mkdirSync(at('conf'));
      writeFileSync(path(), `ONBOOT="no"\nDESCRIPTION="${mark}"\n`);
      expect(perform(set())).to.deep.include({ status: 0, calls: [call] });
      expect(readFileSync(path(), 'utf8')).to.contain('ONBOOT="no"');
    });

    it('of a foreign one of that number are not touched', () => {
      mkdirSync(at('conf'));
      writeFileSync(path(), 'DESCRIPTION="theirs"\n');
      const { status, calls, stderr } = perform(set());
      expect({ status, calls }).to.deep.equal({ status: 1, calls: [] });
      expect(stderr).to.contain('does not say that it is this member');
      expect(readFileSync(path(), 'utf8')).to.equal('DESCRIPTION="theirs"\n');
    });

    it('say when they were not saved', () =>
      expect(perform(set(), [139]))
        .to.deep.include({ status: 139 })
        .and.to.have.property('stderr')
        .that.contains('is the disk full?'));
  });
});
