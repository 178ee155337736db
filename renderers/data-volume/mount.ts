import { header } from '../lib/header.ts';
import { folders } from '../lib/markers.ts';
import { fixed, lines, sh } from '../lib/shell.ts';
import { joined, type Text, text } from '../lib/text.ts';
import { deviceOf, membersFolder } from './device.ts';

/** Where the script is, and the unit that runs it. */
export const dataPlaces = {
  script: `${folders.configuration}/data-volume/mount`,
  unit: 'ec2-redis-data.service',
} as const;

/**
 * Mounts a data volume over the members' directories. The directory under it is empty, and is made immutable, so that nothing is ever written
 * to the root volume in its place while it is not mounted. Idempotent; waits for the device for a minute.
 */
export function dataMount(volume: string): Text {
  return joined([
    '#!/bin/sh\n',
    header,
    lines([fixed('set -eu'), sh`volume=${volume} folder=${membersFolder}`, deviceOf, fixed(mount)]),
  ]);
}

const mount = `tries=0
until device=$(device_of "$volume"); do
  tries=$((tries + 1))
  [ "$tries" -lt 60 ] || { echo "$volume has no block device on this host" >&2; exit 1; }
  sleep 1
done
if mountpoint -q "$folder"; then
  [ "$(mountpoint -d "$folder")" != "$(mountpoint -x "$device")" ] || exit 0
  echo "something else than $volume is mounted at $folder" >&2
  exit 1
fi
mkdir -p "$folder"
[ -z "$(ls -A "$folder")" ] || { echo "$folder is not empty: nothing is mounted over it" >&2; exit 1; }
chattr +i "$folder" 2>/dev/null || :
code=0
e2fsck -p "$device" || code=$?
[ "$code" -le 1 ] || { echo "e2fsck -p $device exited with $code" >&2; exit 1; }
mount -t ext4 -o noatime "$device" "$folder"
chmod 0700 "$folder"`;

/**
 * Before the members' containers. It is only wanted at boot, and sshd does not wait for it: a host without its volume still boots and can be
 * reached. A service and not a mount unit, because that needs a name of the device which is the same on Nitro and on Xen.
 */
export function dataUnit(): Text {
  return text`${header}[Unit]
Description=The data volume of the Redis tenants
After=local-fs.target
Before=ec2-redis-containers.service

[Service]
Type=oneshot
RemainAfterExit=yes
ExecStart=${dataPlaces.script}
TimeoutStartSec=600

[Install]
WantedBy=multi-user.target
`;
}
