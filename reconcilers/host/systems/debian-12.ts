import { everywhere, haproxyRequirement, ovsMinVersion } from './requirements.ts';
import type { System } from './system.ts';

export const debian12: System = {
  name: 'debian-12',
  displayName: 'Debian 12',
  release: { id: 'debian', version: '12', name: '' },
  manager: 'apt',
  every: [
    { package: 'openvswitch-switch', programs: ['ovs-vsctl', 'ovs-vswitchd'], minVersion: ovsMinVersion },
    ...everywhere,
  ],
  proxy: [
    { ...haproxyRequirement, units: [{ unit: 'haproxy.service' }] },
    { package: 'keepalived', programs: ['keepalived'], units: [{ unit: 'keepalived.service' }] },
    { package: 'socat', programs: ['socat'] },
    { package: 'curl', programs: ['curl'] },
  ],
  runtimes: {
    lxc: [
      {
        package: 'lxc',
        programs: ['lxc-ls', 'lxc-start'],
        // The network of lxc-net may shadow a subnet of the VPC.
        units: [{ unit: 'lxc-net.service' }, { unit: 'lxc.service', mayRun: true }],
      },
    ],
    openvz: [{ package: 'vzctl', programs: ['vzctl', 'vzlist'], preinstalled: true }],
  },
  templateBuild: [
    { package: 'mmdebstrap', programs: ['mmdebstrap'] },
    { package: 'debian-archive-keyring', programs: [] },
  ],
  templateFetch: [{ package: 'curl', programs: ['curl'] }],
  services: [{ unit: 'openvswitch-switch.service', package: 'openvswitch-switch' }],
  // Loaded by Open vSwitch's own unit, if the kernel has it.
  modules: { system: ['openvswitch'], netdev: [] },
  kernelSettings: true,
  clock: { package: 'chrony', programs: ['chronyd'], unit: 'chrony.service' },
};
