import { expect } from 'chai';
import { containerMarkOf, identityOf, markLine } from '../../../renderers/container/marker.ts';
import { reveal } from '../../../renderers/lib/text.ts';
import { bootDigest, type LxcContainer, lxcConfig } from '../../../renderers/lxc/lxc-config.ts';
import { lxcStartHost } from '../../../renderers/lxc/start-host.ts';
import { lxcUnit } from '../../../renderers/lxc/unit.ts';
import { portUp } from '../../../renderers/ovs/port-up.ts';

const container: LxcContainer = {
  name: 'acme-r1',
  mark: { cluster: 'quickstart', tenant: 'acme', member: 'r1', vlan: 101, address: '10.101.0.11' },
  folder: '/members/acme-r1',
  lxcFolder: '/var/lib/lxc/acme-r1',
  port: 'ct101',
  mac: '02:00:0a:65:00:0b',
  prefixLength: 24,
  mtu: 8955,
  limits: { memoryBytes: 268435456, cpuMillicores: 500, pids: 512 },
};
const config = (change: Partial<LxcContainer> = {}) => reveal(lxcConfig({ ...container, ...change }));

describe('LXC configuration', () => {
  it('names the owner in its second line, which can be read back', () => {
    const [, second = ''] = config().split('\n');
    expect(containerMarkOf(second)).to.deep.equal(container.mark);
  });

  const lines: readonly (readonly [string, string])[] = [
    ['its disk is the root file system', 'lxc.rootfs.path = loop:/members/acme-r1/rootfs.img'],
    [
      'its configuration is a directory of the host',
      'lxc.mount.entry = /members/acme-r1/conf etc/redis none bind,create=dir 0 0',
    ],
    [
      'a full disk does not affect the directory of the start guard',
      'lxc.mount.entry = tmpfs run tmpfs rw,nosuid,nodev,noexec,mode=0755,size=4m,create=dir 0 0',
    ],
    ['its own PID 1', 'lxc.init.cmd = /bin/sh /etc/redis/init'],
    ['its address', 'lxc.net.0.ipv4.address = 10.101.0.11/24'],
    ['its fixed MAC', 'lxc.net.0.hwaddr = 02:00:0a:65:00:0b'],
    ['the mesh MTU', 'lxc.net.0.mtu = 8955'],
    ['the name of its port', 'lxc.net.0.veth.pair = ct101'],
    ['started at boot', 'lxc.start.auto = 1'],
    ['memory, cgroups v1', 'lxc.cgroup.memory.limit_in_bytes = 268435456'],
    ['memory, cgroups v2', 'lxc.cgroup2.memory.max = 268435456'],
    ['no swap', 'lxc.cgroup2.memory.swap.max = 0'],
    ['half a CPU, cgroups v1', 'lxc.cgroup.cpu.cfs_quota_us = 50000'],
    ['half a CPU, cgroups v2', 'lxc.cgroup2.cpu.max = 50000 100000'],
    ['the process limit', 'lxc.cgroup2.pids.max = 512'],
  ];
  for (const [why, line] of lines) it(why, () => expect(config().split('\n')).to.include(line));

  it('gives the container no route out: no gateway, no link', () => {
    expect(config()).to.not.match(/gateway|lxc\.net\.0\.link/);
  });

  it('distinguishes settings that need a restart from others', () => {
    const more = { ...container, limits: { ...container.limits, memoryBytes: 1 } };
    expect(bootDigest(more)).to.equal(bootDigest(container));
    expect(bootDigest({ ...container, mtu: 1454 })).to.not.equal(bootDigest(container));
    expect(config()).to.include(`start-host ${bootDigest(container)}\n`);
  });
});

describe('LXC hooks', () => {
  const attachment = {
    bridge: 'br-mesh',
    port: 'ct101',
    tag: 101,
    mtu: 8955,
    marks: { 'owner/cluster': 'quickstart' },
    indexMark: 'owner/ifindex',
  };

  it('deletes the port and adds it again, in two transactions', () => {
    const calls = reveal(portUp(attachment))
      .split('\n')
      .filter((line) => line.startsWith('ovs-vsctl'));
    expect(calls).to.deep.equal([
      "ovs-vsctl --timeout=10 --if-exists del-port 'ct101'",
      `ovs-vsctl --timeout=10 add-port 'br-mesh' 'ct101' 'tag=101' -- set Port 'ct101' 'external_ids:owner/cluster="quickstart"' 'external_ids:owner/ifindex='"\\"$index\\""`,
    ]);
  });

  it('turns checksum offload off only on the userspace datapath', () => {
    const hook = (datapath: 'system' | 'netdev') =>
      reveal(lxcStartHost({ stamp: '/run/x/acme-r1', port: 'ct101', datapath }));
    expect(hook('netdev')).to.include('nsenter -t "$LXC_PID" -n ethtool -K eth0 tx off');
    expect(hook('system')).to.not.include('ethtool');
    expect(hook('system')).to.include(`printf '%s %s\\n' "$LXC_PID" "$1"`);
  });
});

describe('unit of the containers', () => {
  it('starts after Open vSwitch, and starts only our group', () => {
    const unit = reveal(lxcUnit());
    expect(unit).to.match(/^After=openvswitch-switch\.service ovs-vswitchd\.service /m);
    expect(unit).to.match(/^ExecStart=.*lxc-autostart -g ec2-redis-operator /m);
  });
});

describe('markers of containers', () => {
  const identity = { cluster: 'c', tenant: 't', member: 'm', template: 'd', uid: 100, gid: 101 };

  it('are read back as written', () => {
    expect(identityOf(markLine(identity).trim())).to.deep.equal(identity);
  });

  for (const line of ['', '# mine', '# ec2-redis-operator: cluster=c tenant=t', 'cluster=c tenant=t member=m'])
    it(`are not recognized in "${line}"`, () => {
      expect([containerMarkOf(line), identityOf(line)]).to.deep.equal([undefined, undefined]);
    });
});
