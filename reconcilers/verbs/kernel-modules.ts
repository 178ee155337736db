import { lines, sh } from '../../renderers/shell.ts';
import type { ActionOf } from './index.ts';
import type { HostVerb } from './verb.ts';

/** Loads kernel modules now. Whoever needs them loads them at a boot. */
export const kernelModules: HostVerb<ActionOf<'kernel-modules'>> = {
  via: 'host',
  host: ({ host }) => host,
  script: ({ modules }) => lines(modules.map((module) => sh`modprobe ${module}`)),
  says: ({ modules }) => `load ${modules.join(', ')}`,
  settlesMs: 0,
};
