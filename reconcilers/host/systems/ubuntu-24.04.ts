import { debian12 } from './debian-12.ts';
import type { System } from './system.ts';

/** Ubuntu calls all of it as Debian does; lxc and openvswitch-switch are in its component universe, which its images have. */
export const ubuntu2404: System = {
  ...debian12,
  name: 'ubuntu-24.04',
  words: 'Ubuntu 24.04',
  release: { id: 'ubuntu', version: '24.04', name: '' },
};
