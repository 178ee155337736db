import { vzPlaces } from '../../renderers/openvz-conf.ts';
import { fixed, lines, sh } from '../../renderers/shell.ts';
import { vznetPlaces } from '../../renderers/vznet.ts';
import { folders, marks } from '../marks.ts';
import type { ActionOf } from './index.ts';
import { ownerChecks } from './member-owner.ts';
import type { HostVerb } from './verb.ts';
import { vzctl } from './vzctl.ts';

/**
 * Takes a member out of service and keeps its data. Marked first; then stopped (Redis has 20 s to save), taken out of Open vSwitch, and
 * forgotten by its runtime last: so that a run that ended anywhere in it is seen to be not done, and a boot of the host does not start it again.
 */
export const memberRetire: HostVerb<ActionOf<'member-retire'>> = {
  via: 'host',
  seconds: 150,
  host: ({ host }) => host,
  script: ({ name, owner, was, ctid }) =>
    lines([
      ownerChecks(name, owner),
      sh`was=${was ? ` ${was.vlan} ${was.address}` : ''} port=${was?.port ?? ''}`,
      sh`cluster=${`external_ids:${marks.ovsCluster}="${owner.cluster}"`} tenant=${`external_ids:${marks.ovsTenant}="${owner.tenant}"`}`,
      sh`stamp=${`${folders.runtime}/containers/${name}`} retired="$folder/marks/"${marks.retired}`,
      ...(ctid === undefined
        ? [fixed(`if there "$lxc/config"; then\n  straight "$lxc"\n  owned "$lxc/config"\nfi`)]
        : [sh`ctid=${ctid} vz=${vzPlaces.conf} names=${vzPlaces.names} ports=${vznetPlaces.ports}`, fixed(ownedByVz)]),
      fixed(mark),
      ...(ctid === undefined ? [fixed(stopLxc), fixed(detach), fixed(forgetLxc)] : []),
      ...(ctid === undefined ? [] : [vzctl, fixed(stopVz), fixed(detach), fixed(forgetVz)]),
    ]),
  says: ({ name }) => `retire member ${name}: stop it, and keep its data`,
  settlesMs: 2_000,
};

const mark = `if there "$folder"; then
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
[ "$state" = STOPPED ] || { echo "$name does not stop (LXC says $state): look at it on this host; it was left as it is" >&2; exit 1; }`;

const detach = `if [ -n "$port" ]; then
  ours=$(ovs-vsctl --timeout=10 --bare --no-headings --columns=name find Port "name=$port" "$cluster" "$tenant")
  [ -z "$ours" ] || ovs-vsctl --timeout=10 --if-exists del-port "$port"
fi`;

// Only what we or LXC itself wrote goes from LXC's folder: what else somebody put there stays.
const forgetLxc = `rm -f -- "$stamp" "$lxc/up" "$lxc/start-host" "$lxc/up.new" "$lxc/start-host.new" "$lxc/config.new"
rm -rf --one-file-system -- "$lxc/apparmor"
rm -f -- "$lxc/config"
rmdir --ignore-fail-on-non-empty -- "$lxc"`;

// A configuration holds the mark as its description.
const ownedByVz = `if there "$vz/$ctid.conf"; then
  straight "$vz/$ctid.conf"
  grep -qF -e "DESCRIPTION=\\"$mark" -- "$vz/$ctid.conf" || refuse "$vz/$ctid.conf does not say that it is this member's"
fi`;

const stopVz = `there "$vz/$ctid.conf" || exit 0
vz stop "$ctid"
case $(vz_state "$ctid") in *' mounted down') vz umount "$ctid" ;; esac
case $(vz_state "$ctid") in
  *' unmounted down') ;;
  *) echo "$name does not stop ($(vz_state "$ctid")): look at it on this host; it was left as it is" >&2; exit 1 ;;
esac`;

// Its private area is the member's folder's, and stays. What else somebody put there stays as well.
const forgetVz = `[ "$(readlink -- "$names/$name")" != "$vz/$ctid.conf" ] || rm -f -- "$names/$name"
rm -f -- "$vz/$ctid.mount" "$vz/$ctid.umount" "$vz/$ctid.mount.new" "$vz/$ctid.umount.new"
[ -z "$port" ] || rm -f -- "$ports/$port" "$ports/$port.new"
rm -f -- "$vz/$ctid.conf.new" "$vz/$ctid.conf"`;
