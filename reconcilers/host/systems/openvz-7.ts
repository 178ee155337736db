import { debian12 } from './debian-12.ts';
import { ovsLeast } from './needs.ts';
import type { System } from './system.ts';

/** Adopted as it is: OpenVZ 7 is installed as a whole, its kernel and vzctl included, and upgraded by whoever runs it. */
export const openvz7: System = {
  ...debian12,
  name: 'openvz-7',
  words: 'OpenVZ 7',
  release: { id: 'virtuozzo', version: '7', name: '' },
  manager: undefined,
  every: [
    { package: 'openvswitch', programs: ['ovs-vsctl', 'ovs-vswitchd'], least: ovsLeast },
    { package: 'ethtool', programs: ['ethtool'] },
  ],
  runtimes: { openvz: [{ package: 'vzctl', programs: ['vzctl', 'vzlist'] }] },
  services: [{ unit: 'openvswitch.service', package: 'openvswitch' }],
  clock: { package: 'chrony', programs: ['chronyd'], unit: 'chronyd.service' },
};
