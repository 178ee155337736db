import type { System } from './system.ts';
import { ubuntu2404 } from './ubuntu-24.04.ts';

/** As Ubuntu 24.04, with HAProxy 2.4, keepalived 2.2 and LXC 5.0. */
export const ubuntu2204: System = {
  ...ubuntu2404,
  name: 'ubuntu-22.04',
  displayName: 'Ubuntu 22.04',
  release: { id: 'ubuntu', version: '22.04', name: '' },
};
