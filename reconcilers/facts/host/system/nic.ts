import { fixed, lines, sh } from '../../../../renderers/lib/shell.ts';

/** The driver of a host's network interface, and which of the requested drivers the next boot has. */
export interface NicFacts {
  /** Driver in use, by ethtool's name: EC2's are vif (Xen), ixgbevf and ena. Undefined: ethtool does not report it. */
  readonly driver: string | undefined;
  /** Release (uname -r) of the kernel that boots next: the boot loader's default, or else the running one. */
  readonly kernel: string;
  /** The requested drivers that it has, as modules or built in. Undefined: it has no modules directory. */
  readonly modules: readonly string[] | undefined;
  /** The requested drivers that are available before its root file system is mounted. Undefined: not requested, or not an image of dracut. */
  readonly initramfs: readonly string[] | undefined;
}

/**
 * With systemd's names eth0 may be called ens3: then it is the device of the default route. What modprobe can load is in modules.dep.
 * `initramfs`: listing an image unpacks it, which takes most of a second, so it is requested only while it matters.
 * Runs after `kernelScript`, which sets `at_boot`.
 */
export const nicScript = (drivers: readonly string[], initramfs: boolean) =>
  lines([
    fixed(`nic=eth0
if ! [ -e /sys/class/net/eth0 ]; then nic=$(ip -4 route show default | sed -n 's/.* dev \\([^ ]*\\).*/\\1/p' | head -n 1); fi
ethtool -i "$nic" 2>/dev/null | sed -n 's/^driver: /driver /p'
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

/** A driver that is built in does not have to be in the image. */
const initramfsScript = `image=/boot/initramfs-$next.img
if command -v lsinitrd >/dev/null && [ -f "$image" ] && names=$(lsinitrd "$image" 2>/dev/null) && [ -n "$names" ]; then
  echo 'next-lists initramfs'
  for driver; do
    case $names in *"/$driver.ko"*) echo "next-initramfs $driver"; continue ;; esac
    if grep -qs "/\${driver}[.]ko" "$folder/modules.builtin"; then echo "next-initramfs $driver"; fi
  done
fi`;

export function nicOf(after: (word: string) => readonly string[]): NicFacts {
  const [kernel] = after('next-kernel');
  if (!kernel) throw new Error('no kernel of the next boot');
  const lists = after('next-lists');
  return {
    driver: after('driver')[0],
    kernel,
    modules: lists.includes('modules') ? after('next-module') : undefined,
    initramfs: lists.includes('initramfs') ? after('next-initramfs') : undefined,
  };
}
