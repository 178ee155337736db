import type { Need } from './system.ts';

/** What hosts of any system are worked on with. */
export const everywhere: readonly Need[] = [
  { package: 'ethtool', programs: ['ethtool'] },
  { package: 'e2fsprogs', programs: ['mke2fs', 'resize2fs'] },
];

/** `Port.protected` is what keeps broadcasts of a full mesh from going round for ever (Open vSwitch NEWS, 2.7.0). */
export const ovsLeast = {
  version: '2.7',
  lacks: 'Port.protected, without which a broadcast goes round the mesh for ever',
};

export const haproxyNeed: Need = {
  package: 'haproxy',
  programs: ['haproxy'],
  least: { version: '2.4', lacks: 'what its checks of Redis and its reload rest on' },
};
