import { fixed, lines, sh } from '../../../renderers/lib/shell.ts';
import type { ActionOf } from '../actions.ts';
import type { HostOperation } from '../operation.ts';

/**
 * Rebuilds a kernel's initramfs with a driver in it: `modprobe ixgbevf; dracut -f` in the original article, and required by AWS's guide ("Update
 * initramfs on your instance to ensure that the new module loads at boot time"). dracut includes modules that are loaded or named, so
 * --add-drivers replaces modprobe. The image is replaced atomically, once the new one is known to contain the driver.
 */
export const initramfsDriver: HostOperation<ActionOf<'initramfs-driver'>> = {
  via: 'host',
  seconds: 300,
  host: ({ host }) => host,
  script: ({ kernel, driver }) =>
    lines([
      sh`kernel=${kernel} driver=${driver}`,
      fixed(`image=/boot/initramfs-$kernel.img
draft=$image.ec2-redis-operator
has() { lsinitrd "$1" 2>/dev/null | grep -q "/\${driver}[.]ko"; }
if has "$image"; then exit 0; fi
trap 'rm -f "$draft"' EXIT
if ! output=$(dracut -f --add-drivers "$driver" "$draft" "$kernel" </dev/null 2>&1) || ! has "$draft"; then
  echo "dracut created no initramfs of $kernel with $driver; see /var/log/dracut.log, omit_drivers in /etc/dracut.conf, and df -h /boot. dracut: $(printf '%s' "$output" | tail -n 1 | cut -c 1-160)" >&2
  exit 1
fi
sync
mv -f "$draft" "$image"`),
    ]),
  describe: ({ kernel, driver }) => `put ${driver} into the initramfs of ${kernel}`,
  settleMs: 0,
};
