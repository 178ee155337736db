import { header } from '../lib/header.ts';
import { type Text, text } from '../lib/text.ts';
import { lxcGroup } from './lxc-config.ts';

/**
 * Starts the members' containers when the host boots, after Open vSwitch: before it, they would start without their ports. Their own group
 * keeps Debian's lxc.service from starting them earlier. When that service is stopped or restarted, it stops every container of the host,
 * whatever its group (STOPOPTS in lxc-containers: `-a -A -s`). So this unit stops before it, in time for Redis to save, and starts after it.
 * A data volume is mounted before it, and unmounted after it.
 * A container that does not start must not fail the unit: a failed unit would not stop the others at shutdown, where Redis has 20 s to save.
 */
export function lxcUnit(): Text {
  return text`${header}[Unit]
Description=Containers of the Redis tenants
After=openvswitch-switch.service ovs-vswitchd.service network-online.target lxc.service ec2-redis-data.service
RequiresMountsFor=/var/lib/ec2-redis-operator/members
Wants=openvswitch-switch.service network-online.target
PartOf=lxc.service

[Service]
Type=oneshot
RemainAfterExit=yes
ExecStart=/bin/sh -c 'for try in 1 2 3 4 5; do lxc-autostart -g ${lxcGroup} && exit; sleep 2; done; exit 0'
ExecStop=/usr/bin/lxc-autostart -s -t 20 -g ${lxcGroup}
TimeoutStopSec=120
Delegate=yes

[Install]
WantedBy=multi-user.target lxc.service
`;
}
