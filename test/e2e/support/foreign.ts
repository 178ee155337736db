import { type Lab, must } from './lab.ts';

/** Puts resources that are not managed here on the hosts. Neither an apply from nothing nor a repair may change them. */
export async function plantForeign(lab: Lab): Promise<void> {
  await Promise.all(
    Object.entries(foreign).map(([host, { plant }]) => must(lab.host(host, `set -eu\n${files}\n${plant}`))),
  );
}

/** Their present state, one line each: files by digest, mode, owner and time; rows of Open vSwitch; running processes. */
export async function foreignState(lab: Lab): Promise<readonly string[]> {
  const lines = await Promise.all(
    Object.entries(foreign).map(async ([host, { show }]) => {
      const { out } = await must(lab.host(host, `set -eu\n${digests}\n${show}`));
      return out
        .split('\n')
        .filter(Boolean)
        .map((line) => `${host}: ${line}`);
    }),
  );
  return lines.flat();
}

/** On every host, next to ours. */
const directories = '/etc/haproxy /etc/keepalived /etc/ec2-redis-operator-notes /etc/cron.d /srv/other';

const files = `put() { mkdir -p "\${1%/*}"; printf '%s\\n' "$2" >"$1"; chmod "$3" "$1"; touch -d 2020-02-02 "$1"; }
put /etc/haproxy/other.cfg 'listen other' 640
put /etc/keepalived/keepalived.conf 'global_defs { router_id other }' 600
put /etc/ec2-redis-operator-notes/README 'who to call at night' 644
put /etc/cron.d/other '0 4 * * * root /srv/other/backup' 644
put /srv/other/backup '#!/bin/sh' 755`;

const digests = `find ${directories} -type f -exec sha256sum {} + | sort -k 2
find ${directories} -printf '%p %m %u:%g %T@\\n' | sort`;

/** With the UUID, since a row that was created again has another one. */
const ovsRows = `for table in Bridge Port Interface; do
  ovs-vsctl --format=csv --columns=_uuid,name,external_ids,other_config find $table name=br-other
  ovs-vsctl --format=csv --columns=_uuid,name,external_ids,other_config find $table name=other0
  ovs-vsctl --format=csv --columns=_uuid,name,external_ids,other_config find $table name=other1
done
ovs-vsctl get Port other0 tag`;

const foreign: Readonly<Record<string, { readonly plant: string; readonly show: string }>> = {
  // A separate bridge, and after the first apply a port on our bridge.
  'redis-2': {
    plant: `ovs-vsctl add-br br-other -- set Bridge br-other datapath_type=netdev external_ids:owner=other \\
  -- add-port br-other other0 tag=7 -- set Interface other0 type=internal external_ids:owner=other`,
    show: ovsRows,
  },
  'redis-1': {
    plant: `d=/var/lib/lxc/other
mkdir -p $d/rootfs/proc $d/rootfs/dev $d/rootfs/sys $d/rootfs/usr
for one in bin lib lib64; do ln -s usr/$one $d/rootfs/$one; done
cat >$d/config <<C
# Not managed here.
lxc.uts.name = other
lxc.apparmor.profile = unconfined
lxc.rootfs.path = dir:$d/rootfs
lxc.mount.entry = /usr usr none bind,ro 0 0
lxc.init.cmd = /bin/sleep infinity
lxc.net.0.type = empty
C
lxc-start -n other </dev/null`,
    show: `sha256sum /var/lib/lxc/other/config
find /var/lib/lxc/other -maxdepth 1 -printf '%p %m %u:%g %T@\\n' | sort
lxc-info -n other -s -p`,
  },
  // An OpenVZ container, with a description that no shell may evaluate.
  'redis-3': {
    plant: `cat >/etc/vz/conf/777.conf <<'C'
# Not managed here.
VE_PRIVATE="/srv/private/777"
DESCRIPTION="$(touch /run/pwned) it's \`theirs\`"
NAME="other"
ONBOOT="no"
C
echo '#!/bin/sh' >/etc/vz/conf/777.mount`,
    show: `sha256sum /etc/vz/conf/777.*
find /etc/vz/conf/777.* -printf '%p %m %u:%g %T@\\n'
vzlist -a 777
[ ! -e /run/pwned ] || echo "a shell evaluated it"`,
  },
  // The HAProxy of the distribution, with a foreign section.
  'proxy-1': {
    plant: `printf 'listen other\\n  bind 127.0.0.1:8080\\n' >>/etc/haproxy/haproxy.cfg
systemctl start haproxy`,
    show: `systemctl show -p MainPID,ActiveState,NRestarts,ExecMainStartTimestampMonotonic haproxy`,
  },
};

/** A foreign port on our bridge, which exists only after the first apply. */
export async function plantPort(lab: Lab): Promise<void> {
  await must(
    lab.host(
      'redis-2',
      'ovs-vsctl add-port br-mesh other1 tag=999 -- set Interface other1 type=internal external_ids:owner=other',
    ),
  );
}
