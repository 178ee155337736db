import { header } from './header.ts';
import { lxcGroup } from './lxc-config.ts';
import { type Text, text } from './text.ts';

/**
 * Starts the members' containers when the host boots: after Open vSwitch, else each would come up without its port. A container's
 * own group keeps Debian's lxc.service from starting it earlier. One that does not start must not fail the unit, which would then not
 * stop the others at shutdown, where Redis has 20 s to save.
 */
export function lxcUnit(): Text {
  return text`${header}[Unit]
Description=Containers of the Redis tenants
After=openvswitch-switch.service ovs-vswitchd.service network-online.target lxc.service
Wants=openvswitch-switch.service network-online.target

[Service]
Type=oneshot
RemainAfterExit=yes
ExecStart=/bin/sh -c 'for try in 1 2 3 4 5; do lxc-autostart -g ${lxcGroup} && exit; sleep 2; done; exit 0'
ExecStop=/usr/bin/lxc-autostart -s -t 20 -g ${lxcGroup}
TimeoutStopSec=120
Delegate=yes

[Install]
WantedBy=multi-user.target
`;
}
