import { folders, markers } from '../../../renderers/lib/markers.ts';
import { fixed, lines, sh } from '../../../renderers/lib/shell.ts';
import { vzPlaces } from '../../../renderers/openvz/openvz-conf.ts';
import { vznetPlaces } from '../../../renderers/openvz/vznet.ts';
import type { ActionOf } from '../actions.ts';
import { vzctl } from '../container/vzctl.ts';
import type { HostOperation } from '../operation.ts';
import { ownerChecks } from './member-owner.ts';

/**
 * Takes a member out of service and keeps its data. The member is marked first, then stopped (Redis has 20 s to save), then detached from
 * Open vSwitch, and unregistered from its runtime last. So an interrupted run is observed as incomplete, and once it is complete, a boot of
 * the host does not start the member again.
 */
export const memberRetire: HostOperation<ActionOf<'member-retire'>> = {
  via: 'host',
  seconds: 150,
  host: ({ host }) => host,
  script: ({ name, owner, was, ctid, left, readdressed }) => {
    const why = left ? ' left' : readdressed ? ' readdressed' : '';
    return lines([
      ownerChecks(name, owner),
      sh`was=${was ? ` ${was.vlan} ${was.address}${why}` : ''} port=${was?.port ?? ''}`,
      sh`cluster=${`external_ids:${markers.ovsCluster}="${owner.cluster}"`} tenant=${`external_ids:${markers.ovsTenant}="${owner.tenant}"`}`,
      sh`stamp=${`${folders.runtime}/containers/${name}`} retired="$folder/marks/"${markers.retired}`,
      ...(ctid === undefined
        ? [fixed(`if there "$lxc/config"; then\n  straight "$lxc"\n  owned "$lxc/config"\nfi`)]
        : [sh`ctid=${ctid} vz=${vzPlaces.conf} names=${vzPlaces.names} ports=${vznetPlaces.ports}`, fixed(ownedByVz)]),
      fixed(markRetired),
      ...(ctid === undefined ? [fixed(stopLxc), fixed(detach), fixed(unregisterLxc)] : []),
      ...(ctid === undefined ? [] : [vzctl, fixed(stopVz), fixed(detach), fixed(unregisterVz)]),
    ]);
  },
  describe: ({ name, readdressed }) =>
    readdressed
      ? `stop member ${name} and keep its data, to start it again with its new addressing`
      : `retire member ${name}: stop it and keep its data`,
  settleMs: 2_000,
};

const markRetired = `if there "$folder"; then
  straight "$folder"
  owned "$folder/identity"
  [ -d "$folder/marks" ] || mkdir -m 0700 -- "$folder/marks"
  straight "$folder/marks"
  printf '%s%s\\n' "$(date +%s)" "$was" >"$folder/marks/.retired.new"
  mv -fT -- "$folder/marks/.retired.new" "$retired"
  sync -- "$retired" "$folder/marks"
fi`;

const stopLxc = `there "$lxc/config" || exit 0
timeout 60 lxc-stop -n "$name" -t 20 </dev/null >/dev/null 2>&1 || :
timeout 25 lxc-wait -n "$name" -s STOPPED -t 20 || :
state=$(timeout 10 lxc-info -n "$name" -s -H)
[ "$state" = STOPPED ] || { echo "$name could not be stopped (LXC reports $state); inspect it on this host. It was left unchanged" >&2; exit 1; }`;

const detach = `if [ -n "$port" ]; then
  ours=$(ovs-vsctl --timeout=10 --bare --no-headings --columns=name find Port "name=$port" "$cluster" "$tenant")
  [ -z "$ours" ] || ovs-vsctl --timeout=10 --if-exists del-port "$port"
fi`;

// Only files written by us or by LXC itself are deleted from LXC's directory; other files stay.
const unregisterLxc = `rm -f -- "$stamp" "$lxc/up" "$lxc/start-host" "$lxc/up.new" "$lxc/start-host.new" "$lxc/config.new"
rm -rf --one-file-system -- "$lxc/apparmor"
rm -f -- "$lxc/config"
rmdir --ignore-fail-on-non-empty -- "$lxc"`;

// A configuration holds the marker as its description.
const ownedByVz = `if there "$vz/$ctid.conf"; then
  straight "$vz/$ctid.conf"
  grep -qF -e "DESCRIPTION=\\"$mark" -- "$vz/$ctid.conf" || refuse "$vz/$ctid.conf does not carry this member's marker"
fi`;

const stopVz = `there "$vz/$ctid.conf" || exit 0
vz stop "$ctid"
case $(vz_state "$ctid") in *' mounted down') vz umount "$ctid" ;; esac
case $(vz_state "$ctid") in
  *' unmounted down') ;;
  *) echo "$name could not be stopped ($(vz_state "$ctid")); inspect it on this host. It was left unchanged" >&2; exit 1 ;;
esac`;

// Its private area is in the member's directory and stays. Foreign files stay as well.
const unregisterVz = `[ "$(readlink -- "$names/$name")" != "$vz/$ctid.conf" ] || rm -f -- "$names/$name"
rm -f -- "$vz/$ctid.mount" "$vz/$ctid.umount" "$vz/$ctid.mount.new" "$vz/$ctid.umount.new"
[ -z "$port" ] || rm -f -- "$ports/$port" "$ports/$port.new"
rm -f -- "$vz/$ctid.conf.new" "$vz/$ctid.conf"`;
