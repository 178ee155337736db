import { settingPath } from '../../../../renderers/kernel/settings.ts';
import { fixed, lines, sh } from '../../../../renderers/lib/shell.ts';

/** Kernel settings in effect, by name: those requested that the kernel has. Several numbers are separated by one space each. */
export type KernelSettings = Readonly<Record<string, string>>;

/** By one process: the shell reads byte by byte, and the kernel returns each of these files as a whole, once. */
export const settingsScript = (names: readonly string[]) =>
  lines([
    fixed('set --'),
    ...names.map(
      (name) => sh`if [ -r ${settingPath(name)} ]; then set -- "$@" ${`name=${name}`} ${settingPath(name)}; fi`,
    ),
    fixed(`[ $# -eq 0 ] || awk '{ print "setting", name, $0 }' "$@" || exit 1`),
  ]);

/** Of a choice such as `always [madvise] never`, the one in brackets is in effect. */
export function settingsOf(after: (word: string) => readonly string[]): KernelSettings {
  return Object.fromEntries(
    after('setting').flatMap((line) => {
      const [, name, value] = /^(\S+) (.+)$/.exec(line) ?? [];
      return name && value ? [[name, /\[(.+)\]/.exec(value)?.[1] ?? value.trim().split(/\s+/).join(' ')]] : [];
    }),
  );
}
