import { expect } from 'chai';
import { groupFolders } from '../../../lab/namespace/cgroups.ts';

describe('lab: placement of the control groups', () => {
  it('on v1, below the caller’s own group in each hierarchy', () => {
    const own = '5:memory:/session/7\n2:cpuacct:/\n1:name=systemd:/\n0::/\n';
    const mounts = [
      '30 29 0:29 / /sys/fs/cgroup rw - tmpfs tmpfs rw,mode=755',
      '31 30 0:30 / /sys/fs/cgroup/memory rw,relatime - cgroup cgroup rw,memory',
      '32 30 0:31 / /sys/fs/cgroup/cpuacct rw,relatime - cgroup cgroup rw,cpuacct',
      '33 30 0:32 / /sys/fs/cgroup/systemd rw,relatime - cgroup cgroup rw,xattr,name=systemd',
      '34 30 0:33 / /sys/fs/cgroup/unified rw,relatime - cgroup2 cgroup2 rw',
    ].join('\n');
    expect(groupFolders(own, mounts, 'lab')).to.deep.equal([
      '/sys/fs/cgroup/memory/session/7/lab',
      '/sys/fs/cgroup/cpuacct/lab',
      '/sys/fs/cgroup/systemd/lab',
      '/sys/fs/cgroup/unified/lab',
    ]);
  });

  it('on v2, at the top, because a group with members cannot enable controllers for children', () => {
    const mounts = '30 29 0:29 / /sys/fs/cgroup rw,nosuid shared:4 - cgroup2 cgroup2 rw,nsdelegate';
    expect(groupFolders('0::/system.slice/runner.service\n', mounts, 'lab')).to.deep.equal(['/sys/fs/cgroup/lab']);
  });

  it('in a container whose cgroup mount has its own group as the root', () => {
    const mounts = '31 30 0:30 /docker/abc /sys/fs/cgroup/cpu,cpuacct rw - cgroup cgroup rw,cpu,cpuacct';
    expect(groupFolders('4:cpu,cpuacct:/docker/abc\n3:pids:/x\n', mounts, 'lab')).to.deep.equal([
      '/sys/fs/cgroup/cpu,cpuacct/lab',
    ]);
  });
});
