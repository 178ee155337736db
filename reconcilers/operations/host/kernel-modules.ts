import { lines, sh } from '../../../renderers/lib/shell.ts';
import type { ActionOf } from '../actions.ts';
import type { HostOperation } from '../operation.ts';

/** Loads kernel modules now. At boot, the services that need them load them. */
export const kernelModules: HostOperation<ActionOf<'kernel-modules'>> = {
  via: 'host',
  host: ({ host }) => host,
  script: ({ modules }) => lines(modules.map((module) => sh`modprobe ${module}`)),
  describe: ({ modules }) => `load ${modules.join(', ')}`,
  settleMs: 0,
};
