import { debian12 } from './debian-12.ts';
import { ovsMinVersion } from './requirements.ts';
import type { System } from './system.ts';

/** Adopted as is: OpenVZ 7 is a distribution that includes its kernel and vzctl. Nothing is installed on it. */
export const openvz7: System = {
  ...debian12,
  name: 'openvz-7',
  displayName: 'OpenVZ 7',
  release: { id: 'virtuozzo', version: '7', name: '' },
  manager: undefined,
  templateBuild: undefined,
  kernelSettings: false,
  every: [
    { package: 'openvswitch', programs: ['ovs-vsctl', 'ovs-vswitchd'], minVersion: ovsMinVersion },
    { package: 'ethtool', programs: ['ethtool'] },
  ],
  runtimes: { openvz: [{ package: 'vzctl', programs: ['vzctl', 'vzlist'] }] },
  services: [{ unit: 'openvswitch.service', package: 'openvswitch' }],
  clock: { package: 'chrony', programs: ['chronyd'], unit: 'chronyd.service' },
};
