import { ovsMinVersion } from './requirements.ts';
import type { System } from './system.ts';

/**
 * CentOS 6 under OpenVZ 6, as the original article sets it up: with the kernel and tools from OpenVZ's repository, SELinux and iptables off.
 * It cannot be a proxy: its HAProxy (1.5), keepalived (1.2) and curl (7.19) are too old. Its repositories do not have Open vSwitch, and the
 * article's 2.3.0 is too old, so spec.preparation.repositories has to name one that does.
 */
export const centos6: System = {
  name: 'centos-6',
  displayName: 'CentOS 6',
  release: { id: 'centos', version: '6', name: '' },
  manager: 'yum',
  every: [
    { package: 'openvswitch', programs: ['ovs-vsctl', 'ovs-vswitchd'], minVersion: ovsMinVersion },
    { package: 'ethtool', programs: ['ethtool'] },
  ],
  proxy: undefined,
  runtimes: {
    openvz: [
      { package: 'vzkernel', programs: [] },
      { package: 'vzctl', programs: ['vzctl', 'vzlist'] },
      { package: 'vzquota', programs: [] },
      { package: 'ploop', programs: [] },
    ],
  },
  services: [
    { unit: 'openvswitch.service', package: 'openvswitch' },
    { unit: 'vz.service', package: 'vzctl' },
  ],
  stopped: ['iptables.service'],
  selinux: 'off',
  kernel: { package: 'vzkernel', contains: 'stab', displayName: 'OpenVZ (2.6.32-042stab…)' },
  initramfs: 'dracut',
  modules: { system: ['openvswitch'], netdev: [] },
  clock: { package: 'ntp', programs: ['ntpd'], unit: 'ntpd.service' },
};
