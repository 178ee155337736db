import { spawnSync } from 'node:child_process';
import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import { reveal } from '../../../renderers/lib/text.ts';
import { vznetConf, vznetHook, vznetPlaces } from '../../../renderers/openvz/vznet.ts';
import { portUp } from '../../../renderers/ovs/port-up.ts';

const attachment = {
  bridge: 'br-mesh',
  port: 'lo',
  tag: 101,
  mtu: 8955,
  marks: { 'ec2-redis-operator/cluster': 'quickstart' },
  indexMark: 'ec2-redis-operator/ifindex',
};

/** The real script, with ovs-vsctl(8) and ip(8) that only record their calls. */
describe('the network hook of OpenVZ', () => {
  let root: string;
  beforeEach(() => {
    root = mkdtempSync(join(tmpdir(), 'vznet-'));
    mkdirSync(join(root, 'ports'));
    for (const program of ['ovs-vsctl', 'ip']) {
      writeFileSync(join(root, program), `#!/bin/sh\necho "${program} $*" >>${root}/calls\n`);
      chmodSync(join(root, program), 0o755);
    }
    writeFileSync(join(root, 'calls'), '');
    // The loopback device is used instead of the veth: it has an index.
    writeFileSync(join(root, 'ports/lo'), reveal(portUp(attachment)));
    writeFileSync(join(root, 'hook'), reveal(vznetHook()).replaceAll(vznetPlaces.ports, join(root, 'ports')));
  });
  afterEach(() => rmSync(root, { recursive: true }));

  const call = (...words: string[]) => {
    const env = { PATH: `${root}:${process.env['PATH']}`, VEID: '10101' };
    const { status, stderr } = spawnSync('sh', [join(root, 'hook'), ...words], { env, encoding: 'utf8' });
    return { status, stderr, calls: readFileSync(join(root, 'calls'), 'utf8').split('\n').filter(Boolean) };
  };
  const added = [
    'ip link set dev lo mtu 8955 up',
    'ovs-vsctl --timeout=10 --if-exists del-port lo',
    'ovs-vsctl --timeout=10 add-port br-mesh lo tag=101 -- set Port lo external_ids:ec2-redis-operator/cluster="quickstart" external_ids:ec2-redis-operator/ifindex="1"',
  ];

  const cases: readonly (readonly [string, readonly string[], readonly string[], number])[] = [
    ['OpenVZ 6: the port is deleted and added again, in two transactions', ['init', 'veth', 'lo'], added, 0],
    ['OpenVZ 7 does the same', ['addif', 'lo', 'br-any'], added, 0],
    ['OpenVZ 7: the port is deleted', ['delif', 'lo'], ['ovs-vsctl --timeout=10 --if-exists del-port lo'], 0],
    ['a foreign device is brought up', ['init', 'veth', 'veth777.0'], ['ip link set dev veth777.0 up'], 0],
    ['a deleted foreign device is ignored', ['delif', 'veth777.0'], [], 0],
    ['a name that leads elsewhere', ['init', 'veth', '../hook'], [], 1],
    ['a name that is a directory', ['init', 'veth', '.'], [], 1],
    ['no name', ['addif'], [], 1],
    ['other arguments', ['init', 'venet', 'x'], [], 0],
  ];
  for (const [why, words, calls, status] of cases)
    it(why, () => expect(call(...words)).to.deep.include({ calls, status }));

  it('fails if Open vSwitch does, so that vzctl removes the device', () => {
    writeFileSync(join(root, 'ovs-vsctl'), '#!/bin/sh\necho no bridge >&2\nexit 1\n');
    expect(call('init', 'veth', 'lo')).to.include({ status: 1, stderr: 'no bridge\n' });
  });

  it('is named in vznet.conf, which a shell reads', () => {
    const source = `${reveal(vznetConf())}\necho "$EXTERNAL_SCRIPT"`;
    expect(spawnSync('sh', ['-c', source], { encoding: 'utf8' }).stdout).to.equal(`${vznetPlaces.hook}\n`);
  });
});
