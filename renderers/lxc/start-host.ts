import { header } from '../lib/header.ts';
import { fixed, lines, sh } from '../lib/shell.ts';
import { joined, type Text } from '../lib/text.ts';

/** `stamp`: the file in /run that records what the running container has loaded. */
export interface StartHost {
  readonly stamp: string;
  readonly port: string;
  readonly datapath: 'system' | 'netdev';
}

/**
 * LXC's hook.start-host: it runs on the host once the container's namespaces exist, before its init starts. LXC passes the digest in the
 * loaded configuration ($1), and LXC_PID. The stamp also names the process, so that an old stamp is recognized.
 */
export function lxcStartHost({ stamp, port, datapath }: StartHost): Text {
  const folder = stamp.slice(0, stamp.lastIndexOf('/'));
  const write = lines([
    sh`mkdir -p ${folder}`,
    sh`printf '%s %s\\n' "$LXC_PID" "$1" >${`${stamp}.new`}`,
    sh`mv -f ${`${stamp}.new`} ${stamp}`,
  ]);
  // The userspace datapath does not complete checksums that a sender left to its network interface: TCP would fail while ping works.
  const offload = lines([
    sh`ethtool -K ${port} tx off >/dev/null`,
    sh`nsenter -t "$LXC_PID" -n ethtool -K eth0 tx off >/dev/null`,
  ]);
  return joined(['#!/bin/sh\n', header, fixed('set -eu\n'), write, ...(datapath === 'netdev' ? [offload] : [])]);
}
