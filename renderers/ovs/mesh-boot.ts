import { header } from '../lib/header.ts';
import { haproxyPlaces, vipPlaces } from '../lib/proxy-paths.ts';
import { fixed, lines, sh } from '../lib/shell.ts';
import { joined, type Text, text } from '../lib/text.ts';

interface Port {
  readonly port: string;
  readonly mtu: number;
  readonly address: string;
}

/** PORT.port: the settings of one port for the script. One file per port, so that the port of a removed Tenant keeps working. */
export function meshPort({ port, mtu, address }: Port): Text {
  return text`${header}${port} ${mtu} ${address}\n`;
}

/** The script that brings a proxy's tenant ports up with their addresses. Idempotent; it waits until ovs-vswitchd has created each device. */
export function meshUp(folder: string): Text {
  const all = sh`for file in ${folder}/*.port; do`;
  return joined([
    '#!/bin/sh\n',
    header,
    lines([fixed('failed=0'), all, fixed(each), fixed('done')]),
    'exit "$failed"\n',
  ]);
}

const each = `  [ -f "$file" ] || continue
  while read -r port mtu address; do
    case $port in '#'*) continue ;; esac
    ovs-vsctl --timeout=20 wait-until Interface "$port" 'ofport>0' </dev/null &&
      ip link set dev "$port" mtu "$mtu" up &&
      ip address replace "$address" dev "$port" ||
      failed=1
  done <"$file"`;

/**
 * Runs at boot, and again whenever ovs-vswitchd was restarted or stopped and started, as an upgrade of its package does: the devices of the
 * userspace datapath end with the process, and come back without their addresses.
 */
export function meshUnit(script: string): Text {
  return text`${header}[Unit]
Description=Addresses of the tenants' ports on the mesh
After=openvswitch-switch.service ovs-vswitchd.service network-online.target
Wants=openvswitch-switch.service
PartOf=ovs-vswitchd.service
Before=${haproxyPlaces.unit} ${vipPlaces.unit}

[Service]
Type=oneshot
RemainAfterExit=yes
ExecStart=${script}

[Install]
WantedBy=multi-user.target ovs-vswitchd.service
`;
}
