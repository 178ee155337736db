import { fixed, lines, sh } from '../../../renderers/lib/shell.ts';
import type { ActionOf } from '../actions.ts';
import type { HostOperation } from '../operation.ts';

/**
 * Moves all ports of a bridge to another one in one OVSDB transaction, and removes the first; or changes its datapath. The rows of the
 * ports stay, with tags and marks. Devices of internal ports are created again, down and without addresses: they get back what they had,
 * the MAC included, so that what other hosts know of it stays right. Seen with Open vSwitch 3.1: no packet passes for about 70 ms.
 */
export const ovsBridge: HostOperation<ActionOf<'ovs-bridge'>> = {
  via: 'host',
  host: ({ host }) => host,
  script: ({ from, bridge, datapath, marks }) => {
    const external = Object.entries(marks).map(([key, value]) => `external_ids:${key}="${value}"`);
    const columns = [`datapath_type=${datapath}`, 'fail_mode=standalone', ...external];
    return lines([
      sh`from=${from} to=${bridge}`,
      fixed(remember),
      sh`set -- -- --may-exist add-br "$to" -- set Bridge "$to" ${columns}`,
      fixed(from === bridge ? change : move),
    ]);
  },
  describe: ({ from, bridge, datapath }) =>
    from === bridge
      ? `change the datapath of bridge ${bridge} to ${datapath}, with all its ports`
      : `move all ports of bridge ${from} to bridge ${bridge}, and remove ${from}`,
  settleMs: 5_000,
};

/** The commands that bring the devices of internal ports back as they are now. Begun, it is finished, even if the connection is lost. */
const remember = `set -eu
trap '' HUP
ports=$(ovs-vsctl --timeout=10 list-ports "$from")
internal=$(ovs-vsctl --timeout=10 --bare --columns=name find Interface type=internal)
restore=
for port in $ports; do
  echo "$internal" | grep -qxF -- "$port" || continue
  [ -e "/sys/class/net/$port" ] || continue
  case $port in *[!A-Za-z0-9._-]*) continue ;; esac
  read -r mac <"/sys/class/net/$port/address"
  read -r mtu <"/sys/class/net/$port/mtu"
  restore="$restore
ip link set dev $port address $mac mtu $mtu up"
  for address in $(ip -o -4 address show dev "$port" | sed 's/.* inet \\([^ ]*\\).*/\\1/'); do
    restore="$restore
ip address replace $address dev $port"
  done
done`;

const move = `ids=
for port in $ports; do
  ids="$ids\${ids:+,}@$port"
  set -- "$@" -- --id="@$port" get Port "$port"
done
[ -z "$ids" ] || set -- "$@" -- remove Bridge "$from" ports "$ids" -- add Bridge "$to" ports "$ids"
code=0
ovs-vsctl --timeout=20 "$@" -- del-br "$from" >/dev/null || code=$?
echo "$restore" | sh -e || code=1
exit $code`;

/** The rows of a bridge whose new datapath cannot be opened stay as they were (seen with 3.1): vswitchd itself has to list it. */
const change = `former=$(ovs-vsctl --timeout=10 get Bridge "$to" datapath_type)
code=0
ovs-vsctl --timeout=20 "$@" || code=$?
if ! ovs-appctl dpif/show | tr -d ' \t' | grep -qxF "$to:"; then
  ovs-vsctl --timeout=20 set Bridge "$to" datapath_type="$former" || :
  echo 'Open vSwitch cannot open this datapath (see ovs-vswitchd.log): the bridge has its former one' >&2
  code=1
fi
echo "$restore" | sh -e || code=1
exit $code`;
