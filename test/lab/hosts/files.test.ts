import { expect } from 'chai';
import { etcHosts, knownHosts, seedFiles } from '../../../lab/hosts/first-boot.ts';
import { lxcConfig } from '../../../lab/hosts/lxc-config.ts';
import { HOSTS, OPERATOR, SUBNETS } from '../../../lab/topology.ts';
import { hostCalled } from '../support/hosts.ts';

describe('lab: the files of a host', () => {
  it('known_hosts has each host by address and by name', () => {
    const lines = knownHosts(HOSTS, new Map(HOSTS.map((host) => [host, `ssh-ed25519 KEY-${host.name} comment\n`])))
      .trimEnd()
      .split('\n');
    expect(lines).to.include('10.80.1.11,redis-1 ssh-ed25519 KEY-redis-1');
    expect(lines).to.have.length(HOSTS.length);
  });

  it('keys are readable by their owner only', () => {
    const keys = { hostKey: 'PRIVATE', hostPublic: 'PUBLIC', authorized: 'LINE' };
    const files = seedFiles(hostCalled('redis-1'), keys, HOSTS);
    expect(files.filter((file) => file.content === 'PRIVATE').map((file) => file.mode)).to.deep.equal([0o600]);
    expect(files.find((file) => file.path === 'home/operator/.ssh/authorized_keys')).to.include({
      mode: 0o600,
      uid: 1000,
    });
  });

  it('/etc/hosts has each host', () => {
    expect(etcHosts(HOSTS)).to.include('10.80.2.13 redis-3\n');
  });

  it('hosts have unique identities, and device names fit the kernel’s limit', () => {
    for (const field of ['name', 'address', 'mac', 'instanceId', 'interfaceId'] as const)
      expect(new Set(HOSTS.map((host) => host[field])).size).to.equal(HOSTS.length);
    for (const device of [
      ...HOSTS.map((host) => host.port),
      ...SUBNETS.map((subnet) => subnet.bridge),
      OPERATOR.bridge,
    ])
      expect(device.length).to.be.at.most(15);
    for (const { instanceId } of HOSTS) expect(instanceId).to.match(/^i-[0-9a-f]{17}$/);
  });

  it('a host cannot change the machine’s clock or load kernel modules', () => {
    for (const host of HOSTS) expect(lxcConfig(host)).to.include('lxc.cap.drop = sys_time sys_module');
  });
});
