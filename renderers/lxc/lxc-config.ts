import { cpuPeriod, cpuQuota, type Limits } from '../container/limits.ts';
import { type ContainerMark, markLine } from '../container/marker.ts';
import { header } from '../lib/header.ts';
import { digest, type Text, text } from '../lib/text.ts';

/** A member's container, in LXC's terms. */
export interface LxcContainer {
  readonly name: string;
  readonly mark: ContainerMark;
  /** The member's directory on the host: rootfs.img, conf/, console.log. */
  readonly folder: string;
  /** LXC's own directory of the container: config, up, start-host. */
  readonly lxcFolder: string;
  /** Name of the host side of its veth. */
  readonly port: string;
  readonly mac: string;
  readonly prefixLength: number;
  readonly mtu: number;
  readonly limits: Limits;
}

/** The directory of LXC's containers: lxc.lxcpath of every distribution. */
export const lxcRoot = '/var/lib/lxc';

/** Only our own unit starts this group, after Open vSwitch. Debian's lxc.service starts the group `onboot` and containers without a group. */
export const lxcGroup = 'ec2-redis-operator';

/** The whole configuration: /var/lib/lxc/NAME/config. */
export function lxcConfig(container: LxcContainer): Text {
  const boot = bootLines(container);
  const hook = `lxc.hook.start-host = ${container.lxcFolder}/start-host ${digest(boot)}\n`;
  return text`${header}${markLine(container.mark)}${boot}${hook}${limitLines(container.limits)}`;
}

/**
 * Digest of the settings that take effect only at a start. LXC passes it, as loaded, to the start-host hook, which records it. So a
 * configuration that was only written is distinguished from one that the container runs with.
 */
export function bootDigest(container: LxcContainer): string {
  return digest(bootLines(container));
}

/** The capabilities that the services need, and no others: no mounts, no devices, no network setup, no modules. */
const capabilities = 'chown dac_override fowner fsetid kill setgid setuid setpcap net_bind_service net_raw sys_chroot';

// No lxc.net.0.link: the script attaches the veth to Open vSwitch. No gateway: a tenant has only its own network.
// The start guard works in /run: on the disk, it would keep Redis from ever starting again once that is full.
// The AppArmor profile is generated if the kernel has AppArmor; otherwise the line has no effect.
function bootLines({ name, mark, folder, lxcFolder, port, mac, prefixLength, mtu }: LxcContainer): string {
  return `lxc.include = /usr/share/lxc/config/common.conf
lxc.apparmor.profile = generated
lxc.mount.auto =
lxc.mount.auto = proc:mixed sys:ro
lxc.cap.drop =
lxc.cap.keep = ${capabilities}
lxc.tty.max = 0
lxc.uts.name = ${name}
lxc.rootfs.path = loop:${folder}/rootfs.img
lxc.mount.entry = ${folder}/conf etc/redis none bind,create=dir 0 0
lxc.mount.entry = tmpfs run tmpfs rw,nosuid,nodev,noexec,mode=0755,size=4m,create=dir 0 0
lxc.init.cmd = /bin/sh /etc/redis/init
lxc.signal.halt = SIGTERM
lxc.start.auto = 1
lxc.group = ${lxcGroup}
lxc.console.logfile = ${folder}/console.log
lxc.console.size = 1MB
lxc.console.rotate = 1
lxc.net.0.type = veth
lxc.net.0.name = eth0
lxc.net.0.flags = up
lxc.net.0.veth.pair = ${port}
lxc.net.0.hwaddr = ${mac}
lxc.net.0.mtu = ${mtu}
lxc.net.0.ipv4.address = ${mark.address}/${prefixLength}
lxc.net.0.script.up = ${lxcFolder}/up
`;
}

// LXC ignores the lines for the cgroup version that the host does not have (cgfsng.c: "Ignoring legacy cgroup limits on pure
// cgroup2 system", and vice versa), so one text serves both.
function limitLines(limits: Limits): string {
  const { memoryBytes, pids } = limits;
  return `lxc.cgroup.memory.limit_in_bytes = ${memoryBytes}
lxc.cgroup.memory.swappiness = 0
lxc.cgroup.cpu.cfs_period_us = ${cpuPeriod}
lxc.cgroup.cpu.cfs_quota_us = ${cpuQuota(limits)}
lxc.cgroup.pids.max = ${pids}
lxc.cgroup2.memory.max = ${memoryBytes}
lxc.cgroup2.memory.swap.max = 0
lxc.cgroup2.cpu.max = ${cpuQuota(limits)} ${cpuPeriod}
lxc.cgroup2.pids.max = ${pids}
`;
}
