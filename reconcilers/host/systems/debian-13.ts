import { debian12 } from './debian-12.ts';
import type { System } from './system.ts';

/** Debian 13 has the same packages and units as Debian 12, in later versions. */
export const debian13: System = {
  ...debian12,
  name: 'debian-13',
  displayName: 'Debian 13',
  release: { id: 'debian', version: '13', name: '' },
};
