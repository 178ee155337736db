import { debian12 } from './debian-12.ts';
import type { System } from './system.ts';

/** Ubuntu uses Debian's names. lxc and openvswitch-switch are in its component universe, which is enabled in its images. */
export const ubuntu2404: System = {
  ...debian12,
  name: 'ubuntu-24.04',
  displayName: 'Ubuntu 24.04',
  release: { id: 'ubuntu', version: '24.04', name: '' },
};
