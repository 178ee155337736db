import { header } from './header.ts';
import { fixed, lines, sh } from './shell.ts';
import { joined, type Text } from './text.ts';

/** `stamp`: the file under /run that says what the running container has loaded. */
export interface StartHost {
  readonly stamp: string;
  readonly port: string;
  readonly datapath: 'system' | 'netdev';
}

/**
 * LXC's hook.start-host: on the host, when the container's namespaces are there and its init has not begun. LXC gives the digest
 * that stands in the configuration as loaded ($1), and LXC_PID. The stamp names the process too, so that an old one is not believed.
 */
export function lxcStartHost({ stamp, port, datapath }: StartHost): Text {
  const folder = stamp.slice(0, stamp.lastIndexOf('/'));
  const write = lines([
    sh`mkdir -p ${folder}`,
    sh`printf '%s %s\\n' "$LXC_PID" "$1" >${`${stamp}.new`}`,
    sh`mv -f ${`${stamp}.new`} ${stamp}`,
  ]);
  // The userspace datapath does not finish checksums that a sender left to its network card: TCP would die while ping works.
  const offload = lines([
    sh`ethtool -K ${port} tx off >/dev/null`,
    sh`nsenter -t "$LXC_PID" -n ethtool -K eth0 tx off >/dev/null`,
  ]);
  return joined(['#!/bin/sh\n', header, fixed('set -eu\n'), write, ...(datapath === 'netdev' ? [offload] : [])]);
}
