import { header } from '../lib/header.ts';
import { lines, type Script, sh } from '../lib/shell.ts';
import { joined, type Text } from '../lib/text.ts';

/** A container's veth in Open vSwitch. */
export interface Attachment {
  readonly bridge: string;
  readonly port: string;
  readonly tag: number;
  readonly mtu: number;
  /** external_ids that record its owner. */
  readonly marks: Readonly<Record<string, string>>;
  /** Key of the external_id with the kernel's index of the device. */
  readonly indexMark: string;
}

/** Runs on the host whenever the veth is created: as LXC's script.up, or from vzctl's network hook. */
export function portUp(attachment: Attachment): Text {
  return joined(['#!/bin/sh\n', header, 'set -eu\n', attach(attachment)]);
}

/**
 * Adds the device to the bridge. In two transactions: on the userspace datapath, traffic of a veth that was recreated under its old name is
 * silently dropped until the port is removed and added again (Open vSwitch FAQ, issues). The index records which device was attached.
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
