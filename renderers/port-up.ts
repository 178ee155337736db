import { header } from './header.ts';
import { lines, type Script, sh } from './shell.ts';
import { joined, type Text } from './text.ts';

/** A container's veth in Open vSwitch. */
export interface Attachment {
  readonly bridge: string;
  readonly port: string;
  readonly tag: number;
  readonly mtu: number;
  /** external_ids that say whose it is. */
  readonly marks: Readonly<Record<string, string>>;
  /** Key of the external_id that holds the kernel's index of the device. */
  readonly indexMark: string;
}

/** What runs on the host each time the veth is born: LXC's script.up, or by way of vzctl's network hook. */
export function portUp(attachment: Attachment): Text {
  return joined(['#!/bin/sh\n', header, 'set -eu\n', attach(attachment)]);
}

/**
 * Puts the device into the bridge. Two transactions, not one: a veth made anew under its old name is silently black-holed on the
 * userspace datapath until the port is gone and comes again (Open vSwitch FAQ, issues). The index says which device was attached.
 */
export function attach({ bridge, port, tag, mtu, marks, indexMark }: Attachment): Script {
  const owner = Object.entries(marks).map(([key, value]) => `external_ids:${key}="${value}"`);
  return lines([
    sh`index=$(cat ${`/sys/class/net/${port}/ifindex`})`,
    sh`ip link set dev ${port} mtu ${mtu} up`,
    sh`ovs-vsctl --timeout=10 --if-exists del-port ${port}`,
    sh`ovs-vsctl --timeout=10 add-port ${bridge} ${port} ${`tag=${tag}`} -- set Port ${port} ${owner} ${`external_ids:${indexMark}=`}"\\"$index\\""`,
  ]);
}
