import { header } from './header.ts';
import { fixed, lines, sh } from './shell.ts';
import { joined, type Text, text } from './text.ts';

/** Where the network hook lies, and a script for each member's device. `configuration` is vzctl's own file. */
export const vznetPlaces = {
  configuration: '/etc/vz/vznet.conf',
  hook: '/etc/ec2-redis-operator/openvz/vznet',
  ports: '/etc/ec2-redis-operator/openvz/ports',
} as const;

/** /etc/vz/vznet.conf: vznetcfg hands its words to the script that is named here. */
export function vznetConf(): Text {
  return text`${header}EXTERNAL_SCRIPT="${vznetPlaces.hook}"\n`;
}

/**
 * The script that vznetcfg hands over to: `init veth DEV` by OpenVZ 6, whenever a veth was made, and nothing when it goes; `addif DEV
 * NETWORK` and `delif DEV` by OpenVZ 7. What becomes of a member's device stands in the script of its name, which we render: nothing is
 * read from the container's configuration, which a shell would run. A device that is nobody's of ours is brought up, as vznetcfg does.
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
    echo "not a device's name: $device" >&2
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
