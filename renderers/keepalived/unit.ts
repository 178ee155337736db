import { header } from '../lib/header.ts';
import { haproxyPlaces, vipPlaces } from '../lib/proxy-paths.ts';
import { type Text, text } from '../lib/text.ts';

/** Our own unit. The unit of the distribution is not changed. After a kill it removes the address from the host and restarts. */
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
# A late advertisement from a busy host would move the address unnecessarily.
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
