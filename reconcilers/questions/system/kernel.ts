import { lines, sh } from '../../../renderers/shell.ts';

/** The kernel that runs, and since when. */
export interface Kernel {
  /** uname -r */
  readonly running: string;
  /** Another one after each boot: the kernel's boot id, and when its first process started, since containers share the former. */
  readonly boot: string;
  /** Those of the modules asked for that are loaded or built in. */
  readonly modules: readonly string[];
}

export const kernelScript = (modules: readonly string[]) =>
  lines([
    sh`echo "kernel $(uname -r)"`,
    sh`read -r boot </proc/sys/kernel/random/boot_id || exit 1`,
    // The first process's name, in parentheses, may hold spaces: fields are counted behind it.
    sh`stat=$(cat /proc/1/stat) || exit 1`,
    sh`echo "boot $boot $(echo "\${stat##*) }" | cut -d ' ' -f 20)"`,
    sh`for module in ${modules}; do`,
    sh`  if [ -d "/sys/module/$module" ] || grep -qs "/$module\\\\.ko" "/lib/modules/$(uname -r)/modules.builtin"; then echo "module $module"; fi`,
    sh`done`,
  ]);

export function kernelOf(after: (word: string) => readonly string[]): Kernel {
  const [running] = after('kernel');
  const [boot] = after('boot');
  if (!running || !boot || !/^[0-9a-f-]{36} \d+$/.test(boot)) throw new Error('the kernel did not say which it is');
  return { running, boot, modules: after('module') };
}
