import { settingPath } from '../../../renderers/kernel/settings.ts';
import { lines, sh } from '../../../renderers/lib/shell.ts';
import type { ActionOf } from '../actions.ts';
import type { HostOperation } from '../operation.ts';

/** Changes a kernel setting now. Files restore it at boot. */
export const kernelSetting: HostOperation<ActionOf<'kernel-setting'>> = {
  via: 'host',
  host: ({ host }) => host,
  script: ({ name, value }) => lines([sh`echo ${value} >${settingPath(name)}`]),
  describe: ({ name, value }) => `set ${name} to ${value}`,
  settleMs: 0,
};
