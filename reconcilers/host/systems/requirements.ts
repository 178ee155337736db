import type { Requirement } from './system.ts';

/** Needed on every host. */
export const everywhere: readonly Requirement[] = [
  { package: 'ethtool', programs: ['ethtool'] },
  { package: 'e2fsprogs', programs: ['mke2fs', 'resize2fs'] },
];

/** `Port.protected` keeps broadcasts from looping in a full mesh (Open vSwitch NEWS, 2.7.0). */
export const ovsMinVersion = {
  version: '2.7',
  lacks: 'Port.protected, without which broadcasts loop in the mesh',
};

export const haproxyRequirement: Requirement = {
  package: 'haproxy',
  programs: ['haproxy'],
  minVersion: { version: '2.4', lacks: 'features that the health checks of Redis and the reload need' },
};
