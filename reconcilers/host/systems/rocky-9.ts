import { everywhere, haproxyRequirement, ovsMinVersion } from './requirements.ts';
import type { System } from './system.ts';

/**
 * Rocky Linux 9. HAProxy, keepalived and chrony are in its own repositories, LXC in EPEL 9. Open vSwitch is in neither, but in the
 * repository of the CentOS NFV SIG: spec.preparation.repositories has to name what the hosts lack. Under SELinux' policy HAProxy may not
 * connect to Redis, nor keepalived's scripts call EC2, so it must not be enforcing.
 */
export const rocky9: System = {
  name: 'rocky-9',
  displayName: 'Rocky Linux 9',
  release: { id: 'rocky', version: '9', name: '' },
  manager: 'dnf',
  every: [
    { package: 'openvswitch', programs: ['ovs-vsctl', 'ovs-vswitchd'], minVersion: ovsMinVersion },
    ...everywhere,
  ],
  proxy: [
    haproxyRequirement,
    { package: 'keepalived', programs: ['keepalived'] },
    { package: 'socat', programs: ['socat'] },
    { package: 'curl', programs: ['curl'] },
  ],
  runtimes: { lxc: [{ package: 'lxc', programs: ['lxc-ls', 'lxc-start'] }] },
  services: [{ unit: 'openvswitch.service', package: 'openvswitch' }],
  selinux: 'not-enforcing',
  modules: { system: ['openvswitch'], netdev: [] },
  kernelSettings: true,
  clock: { package: 'chrony', programs: ['chronyd'], unit: 'chronyd.service' },
};
