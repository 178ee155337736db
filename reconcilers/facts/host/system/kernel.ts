import { rebootMark } from '../../../../renderers/lib/markers.ts';
import { fixed, lines, sh } from '../../../../renderers/lib/shell.ts';

/** The running kernel, its boot, and the kernel of the next boot. */
export interface Kernel {
  /** uname -r */
  readonly running: string;
  /** The boot loader's default: from grub.conf of GRUB 0.97, or GRUB 2's first entry if that is the default. Undefined: not known. */
  readonly atBoot: string | undefined;
  /** Identifies a boot: the kernel's boot ID, and the start time of process 1, as containers share the former. */
  readonly boot: string;
  /** The requested modules that are loaded or built in. */
  readonly modules: readonly string[];
  /** The last reboot by an operation: during which boot, and into which kernel. */
  readonly rebooted: { readonly boot: string; readonly kernel: string } | undefined;
}

/** Shell: sets `boot`. */
export const readBoot = `read -r boot </proc/sys/kernel/random/boot_id || exit 1
stat=$(cat /proc/1/stat) || exit 1
# The first process's name, in parentheses, may hold spaces: fields are counted behind it.
boot="$boot $(echo "\${stat##*) }" | cut -d ' ' -f 20)"`;

/** Shell: sets `at_boot`. Another default of GRUB 2 than the first entry is stored as a title, which does not contain the kernel. */
const readAtBoot = `at_boot=
if [ -f /boot/grub/grub.conf ]; then
  at_boot=$(awk -F '[ =]' '/^default=/ { chosen = $2 } $1 == "kernel" || $1 == "\\tkernel" { all[count++] = $2 } END { sub(/.*vmlinuz-/, "", all[chosen + 0]); print all[chosen + 0] }' /boot/grub/grub.conf)
elif grep -qs '^ *set default="0"' /boot/grub/grub.cfg; then
  at_boot=$(sed -n 's/^[[:blank:]]*linux[^[:blank:]]*[[:blank:]][^[:blank:]]*vmlinuz-\\([^[:blank:]]*\\).*/\\1/p' /boot/grub/grub.cfg | head -n 1)
fi`;

export const kernelScript = (modules: readonly string[]) =>
  lines([
    sh`echo "kernel $(uname -r)"`,
    fixed(`${readBoot}
echo "boot $boot"
${readAtBoot}
if [ -n "$at_boot" ]; then echo "kernel-at-boot $at_boot"; fi`),
    sh`if [ -f ${rebootMark} ]; then sed 's/^/rebooted /; q' ${rebootMark}; fi`,
    sh`for module in ${modules}; do`,
    sh`  if [ -d "/sys/module/$module" ] || grep -qs "/$module\\\\.ko" "/lib/modules/$(uname -r)/modules.builtin"; then echo "module $module"; fi`,
    sh`done`,
  ]);

export function kernelOf(after: (word: string) => readonly string[]): Kernel {
  const [[running], [boot]] = [after('kernel'), after('boot')];
  if (!running || !boot || !/^[0-9a-f-]{36} \d+$/.test(boot)) throw new Error('no kernel release or boot ID');
  const [, then, kernel] = /^(\S+ \d+) (\S+)$/.exec(after('rebooted')[0] ?? '') ?? [];
  return {
    running,
    atBoot: after('kernel-at-boot')[0] || undefined,
    boot,
    modules: after('module'),
    rebooted: then && kernel ? { boot: then, kernel } : undefined,
  };
}
