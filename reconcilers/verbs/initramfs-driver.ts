import { fixed, lines, sh } from '../../renderers/shell.ts';
import type { ActionOf } from './index.ts';
import type { HostVerb } from './verb.ts';

/**
 * Makes a kernel's initramfs anew, with a driver in it: `modprobe ixgbevf; dracut -f` of the original article, which AWS's guide asks for too ("Update
 * initramfs on your instance to ensure that the new module loads at boot time"). --add-drivers does what modprobe did there: dracut puts in what is
 * loaded, or named. The one that boots is exchanged whole, once the new one is seen to have the driver: half an image boots nothing.
 */
export const initramfsDriver: HostVerb<ActionOf<'initramfs-driver'>> = {
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
if ! said=$(dracut -f --add-drivers "$driver" "$draft" "$kernel" </dev/null 2>&1) || ! has "$draft"; then
  echo "dracut made no initramfs of $kernel with $driver: see /var/log/dracut.log, omit_drivers in /etc/dracut.conf, and df -h /boot. dracut: $(printf '%s' "$said" | tail -n 1 | cut -c 1-160)" >&2
  exit 1
fi
sync
mv -f "$draft" "$image"`),
    ]),
  says: ({ kernel, driver }) => `put ${driver} into the initramfs of ${kernel}`,
  settlesMs: 0,
};
