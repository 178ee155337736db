import { header } from '../lib/header.ts';
import { fixed, lines, sh } from '../lib/shell.ts';
import { joined, type Text, text } from '../lib/text.ts';

/** Paths of the network hook and of the scripts for each member's device. `configuration` is vzctl's own file. */
export const vznetPlaces = {
  configuration: '/etc/vz/vznet.conf',
  hook: '/etc/ec2-redis-operator/openvz/vznet',
  ports: '/etc/ec2-redis-operator/openvz/ports',
} as const;

/** /etc/vz/vznet.conf: vznetcfg passes its arguments to the script that is named here. */
export function vznetConf(): Text {
  return text`${header}EXTERNAL_SCRIPT="${vznetPlaces.hook}"\n`;
}

/**
 * The script that vznetcfg calls. OpenVZ 6 calls `init veth DEV` when a veth is created, and nothing when it is deleted; OpenVZ 7 calls
 * `addif DEV NETWORK` and `delif DEV`. A rendered script of the device's name attaches a member's device; nothing is read from the container's
 * configuration, which a shell would execute. A foreign device is brought up, as vznetcfg does.
 */
export function vznetHook(): Text {
  return joined(['#!/bin/sh\n', header, lines([sh`ports=${vznetPlaces.ports}`]), fixed(dispatch)]);
}

const dispatch = `set -eu
order=add
case "\${1:-} \${2:-}" in
  'init veth') device=\${3:-} ;;
  'addif '*) device=\${2:-} ;;
  'delif '*) device=\${2:-} order=delete ;;
  *) exit 0 ;;
esac
case $device in
  '' | .* | *[!A-Za-z0-9._-]*)
    echo "not a device name: $device" >&2
    exit 1
    ;;
esac
if ! [ -f "$ports/$device" ]; then
  [ "$order" = add ] || exit 0
  exec ip link set dev "$device" up
fi
if [ "$order" = delete ]; then exec ovs-vsctl --timeout=10 --if-exists del-port "$device"; fi
exec /bin/sh "$ports/$device"
`;
