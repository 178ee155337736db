import { header } from './header.ts';
import { haproxyPlaces, vipPlaces } from './proxy-places.ts';
import { type Text, text } from './text.ts';

/** A unit of our own beside the distribution's, which stays as it is. Killed, it takes the address off the host and starts again. */
export function keepalivedUnit(): Text {
  const { loader, runtime } = vipPlaces;
  return text`${header}[Unit]
Description=VRRP for the address of the tenants' Redis
After=network-online.target openvswitch-switch.service ec2-redis-mesh.service ${haproxyPlaces.unit}
Wants=network-online.target
StartLimitIntervalSec=0

[Service]
Type=simple
RuntimeDirectory=${runtime.replace('/run/', '')}
ExecStartPre=${loader} start
ExecStart=/usr/sbin/keepalived --dont-fork --vrrp --use-file=${runtime}/keepalived.conf --pid=${runtime}/keepalived.pid --vrrp_pid=${runtime}/vrrp.pid
ExecStartPost=${loader} stamp
ExecReload=${loader} reload
ExecReload=/bin/kill -HUP $MAINPID
ExecReload=${loader} stamp
ExecStopPost=${loader} stopped
# An advertisement that comes late on a busy host moves the address for nothing.
Nice=-20
CPUWeight=10000
KillMode=mixed
TimeoutStopSec=5
Restart=always
RestartSec=100ms

[Install]
WantedBy=multi-user.target
`;
}
