import { header } from '../lib/header.ts';
import { haproxyPlaces } from '../lib/proxy-paths.ts';
import { type Text, text } from '../lib/text.ts';

/** Our own unit. The unit of the distribution is not changed. After a kill it restarts immediately. */
export function haproxyUnit(): Text {
  const { loader, runtime, loaded } = haproxyPlaces;
  return text`${header}[Unit]
Description=HAProxy in front of the tenants' Redis
After=network-online.target openvswitch-switch.service ec2-redis-mesh.service
Wants=network-online.target
StartLimitIntervalSec=0

[Service]
Type=notify
RuntimeDirectory=${runtime.replace('/run/', '')}
RuntimeDirectoryMode=0700
ExecStartPre=${loader} start
ExecStart=/usr/sbin/haproxy -Ws -f ${loaded} -f ${runtime}/description.cfg -p ${runtime}/haproxy.pid -S ${haproxyPlaces.masterSocket},mode,600
ExecReload=${loader} reload
ExecReload=/bin/kill -USR2 $MAINPID
ExecReload=${loader} drain
ExecStopPost=${loader} stopped
KillMode=mixed
TimeoutStopSec=5
Restart=always
RestartSec=100ms
SuccessExitStatus=143

[Install]
WantedBy=multi-user.target
`;
}
