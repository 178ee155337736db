import { header } from './header.ts';
import { haproxyPlaces, vipPlaces } from './proxy-places.ts';
import { lines, sh } from './shell.ts';
import { joined, type Text, text } from './text.ts';

interface Port {
  readonly port: string;
  readonly mtu: number;
  readonly address: string;
}

/** The script that brings a proxy's tenant ports up with their addresses. Idempotent; waits for ovs-vswitchd to make each device. */
export function meshUp(ports: readonly Port[]): Text {
  const up = lines(
    ports.map(
      ({ port, mtu, address }) =>
        sh`ovs-vsctl --timeout=20 wait-until Interface ${port} 'ofport>0' && ip link set dev ${port} mtu ${mtu} up && ip address replace ${address} dev ${port} || failed=1`,
    ),
  );
  return joined(['#!/bin/sh\n', header, 'failed=0\n', up, 'exit "$failed"\n']);
}

export function meshUnit(script: string): Text {
  return text`${header}[Unit]
Description=Addresses of the tenants' ports on the mesh
After=openvswitch-switch.service ovs-vswitchd.service network-online.target
Wants=openvswitch-switch.service
Before=${haproxyPlaces.unit} ${vipPlaces.unit}

[Service]
Type=oneshot
RemainAfterExit=yes
ExecStart=${script}

[Install]
WantedBy=multi-user.target
`;
}
