import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import { ovsBridge } from '../../../../reconcilers/operations/ovs/ovs-bridge.ts';
import { reveal } from '../../../../renderers/lib/text.ts';

/** The real script, with commands that only record their calls, on a proxy with a tunnel and a tenant port. */
describe('a bridge with another name or datapath', () => {
  let root: string;
  const program = (name: string, does: string) =>
    writeFileSync(join(root, 'bin', name), `#!/bin/sh\n${does}\n`, { mode: 0o755 });

  beforeEach(() => {
    root = mkdtempSync(join(tmpdir(), 'bridge-'));
    for (const folder of ['bin', 'net/tn101']) mkdirSync(join(root, folder), { recursive: true });
    writeFileSync(join(root, 'net/tn101/address'), '02:00:00:00:00:01\n');
    writeFileSync(join(root, 'net/tn101/mtu'), '8955\n');
    writeFileSync(join(root, 'calls'), '');
    program(
      'ovs-vsctl',
      `case "$*" in
*list-ports*) printf 'gre-redis-1\\ntn101\\n' ;;
*'find Interface'*) printf 'br-old\\n\\ntn101\\n\\ntn1\\n' ;;
*'get Bridge br-old datapath_type'*) echo netdev ;;
*) echo "ovs-vsctl $*" >>${root}/calls ;;
esac`,
    );
    program(
      'ip',
      `case "$*" in
*'address show'*) echo '7: tn101    inet 10.101.0.1/24 scope global tn101\\       valid_lft forever' ;;
*) echo "ip $*" >>${root}/calls ;;
esac`,
    );
    program('ovs-appctl', `printf 'system@ovs-system: hit:1\\n  br-old:\\n    tn101 1/3: (internal)\\n'`);
  });
  afterEach(() => rmSync(root, { recursive: true }));

  const run = (bridge: string, datapath: string) => {
    const marks = { 'ec2-redis-operator/cluster': 'quickstart' };
    const action = { operation: 'ovs-bridge', host: 'h', from: 'br-old', bridge, datapath, marks } as const;
    const input = reveal(ovsBridge.script(action)).replaceAll('/sys/class/net', `${root}/net`);
    const env = { ...process.env, PATH: `${root}/bin:${process.env['PATH']}` };
    const { status, stderr } = spawnSync('sh', [], { input, encoding: 'utf8', env });
    return { status, stderr, calls: readFileSync(join(root, 'calls'), 'utf8').trim().split('\n') };
  };
  const restored = [
    'ip link set dev tn101 address 02:00:00:00:00:01 mtu 8955 up',
    'ip address replace 10.101.0.1/24 dev tn101',
  ];
  const columns = 'fail_mode=standalone external_ids:ec2-redis-operator/cluster="quickstart"';

  it('moves all ports in one transaction, and gives devices that are created again what they had', () => {
    const { status, stderr, calls } = run('br-new', 'netdev');
    expect(status, stderr).to.equal(0);
    expect(calls).to.deep.equal([
      `ovs-vsctl --timeout=20 -- --may-exist add-br br-new -- set Bridge br-new datapath_type=netdev ${columns} -- --id=@gre-redis-1 get Port gre-redis-1 -- --id=@tn101 get Port tn101 -- remove Bridge br-old ports @gre-redis-1,@tn101 -- add Bridge br-new ports @gre-redis-1,@tn101 -- del-br br-old`,
      ...restored,
    ]);
  });

  it('gives them back even if the transaction was not confirmed, which fails', () => {
    program('ovs-vsctl', `case "$*" in *list-ports*) echo tn101 ;; *find*) echo tn101 ;; *) exit 142 ;; esac`);
    const { status, calls } = run('br-new', 'netdev');
    expect(status).to.equal(142);
    expect(calls).to.deep.equal(restored);
  });

  it('changes nothing if the ports cannot be listed', () => {
    program('ovs-vsctl', `echo 'no bridge named br-old' >&2; exit 1`);
    const { status, stderr, calls } = run('br-new', 'netdev');
    expect([status, stderr.trim(), calls]).to.deep.equal([1, 'no bridge named br-old', ['']]);
  });

  it('sets another datapath', () => {
    const { status, stderr, calls } = run('br-old', 'system');
    expect(status, stderr).to.equal(0);
    expect(calls).to.deep.equal([
      `ovs-vsctl --timeout=20 -- --may-exist add-br br-old -- set Bridge br-old datapath_type=system ${columns}`,
      ...restored,
    ]);
  });

  it('takes a datapath back that could not be opened', () => {
    program('ovs-appctl', `printf 'netdev@ovs-netdev: hit:1\\n  br-phy:\\n    eth0 1/2: (system)\\n'`);
    const { status, stderr, calls } = run('br-old', 'system');
    expect(status).to.equal(1);
    expect(stderr).to.contain('cannot open this datapath');
    expect(calls.slice(1)).to.deep.equal([
      'ovs-vsctl --timeout=20 set Bridge br-old datapath_type=netdev',
      ...restored,
    ]);
  });
});
