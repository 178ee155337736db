import { everywhere, haproxyNeed, ovsLeast } from './needs.ts';
import type { System } from './system.ts';

export const debian12: System = {
  name: 'debian-12',
  words: 'Debian 12',
  release: { id: 'debian', version: '12', name: '' },
  manager: 'apt',
  every: [{ package: 'openvswitch-switch', programs: ['ovs-vsctl', 'ovs-vswitchd'], least: ovsLeast }, ...everywhere],
  proxy: [
    haproxyNeed,
    { package: 'keepalived', programs: ['keepalived'] },
    { package: 'socat', programs: ['socat'] },
    { package: 'curl', programs: ['curl'] },
  ],
  runtimes: {
    lxc: [{ package: 'lxc', programs: ['lxc-ls', 'lxc-start'] }],
    openvz: [{ package: 'vzctl', programs: ['vzctl', 'vzlist'], brought: true }],
  },
  services: [{ unit: 'openvswitch-switch.service', package: 'openvswitch-switch' }],
  // Open vSwitch's own unit loads it; the kernel must have it.
  modules: { system: ['openvswitch'], netdev: [] },
  clock: { package: 'chrony', programs: ['chronyd'], unit: 'chrony.service' },
};
