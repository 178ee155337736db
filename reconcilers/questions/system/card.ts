import { fixed, lines, sh } from '../../../renderers/shell.ts';

/** The driver of a host's network card, and whether the next boot has the one that is wanted. */
export interface CardFacts {
  /** Driver in use, by ethtool's name for it: EC2's are vif (Xen's), ixgbevf and ena. Undefined where nobody says. */
  readonly driver: string | undefined;
  /** The kernel that boots next, as uname -r says it: the boot loader's default, or else the one that runs. */
  readonly kernel: string;
  /** Of the drivers asked for, those that it has, as modules or built in; undefined: it has no folder of modules to look in. */
  readonly modules: readonly string[] | undefined;
  /** Of the drivers asked for, those that are there before its root file system is; undefined: not asked, or not dracut's. */
  readonly initramfs: readonly string[] | undefined;
}

/**
 * With systemd's names the card that was eth0 may come up as ens3: then it is the one that the default route goes through. What modprobe finds is
 * in modules.dep. `initramfs`: an image is unpacked to be listed, which takes most of a second, so it is asked for only as long as it matters.
 * Follows the script of the kernel, which sets `at_boot`.
 */
export const cardScript = (drivers: readonly string[], initramfs: boolean) =>
  lines([
    fixed(`card=eth0
if ! [ -e /sys/class/net/eth0 ]; then card=$(ip -4 route show default | sed -n 's/.* dev \\([^ ]*\\).*/\\1/p' | head -n 1); fi
ethtool -i "$card" 2>/dev/null | sed -n 's/^driver: /driver /p'
next=\${at_boot:-$(uname -r)}
echo "next-kernel $next"
folder=/lib/modules/$next`),
    sh`set -- ${drivers}`,
    fixed(`if [ -d "$folder" ]; then
  echo 'next-lists modules'
  for driver; do
    if grep -Eqs "^[^:]*/\${driver}[.]ko" "$folder/modules.dep" "$folder/modules.builtin"; then echo "next-module $driver"; fi
  done
fi`),
    ...(initramfs ? [fixed(initramfsScript)] : []),
  ]);

/** Built in, a driver is there before anything else. */
const initramfsScript = `image=/boot/initramfs-$next.img
if command -v lsinitrd >/dev/null && [ -f "$image" ] && names=$(lsinitrd "$image" 2>/dev/null) && [ -n "$names" ]; then
  echo 'next-lists initramfs'
  for driver; do
    case $names in *"/$driver.ko"*) echo "next-initramfs $driver"; continue ;; esac
    if grep -qs "/\${driver}[.]ko" "$folder/modules.builtin"; then echo "next-initramfs $driver"; fi
  done
fi`;

export function cardOf(after: (word: string) => readonly string[]): CardFacts {
  const [kernel] = after('next-kernel');
  if (!kernel) throw new Error('nobody said which kernel boots next');
  const lists = after('next-lists');
  return {
    driver: after('driver')[0],
    kernel,
    modules: lists.includes('modules') ? after('next-module') : undefined,
    initramfs: lists.includes('initramfs') ? after('next-initramfs') : undefined,
  };
}
