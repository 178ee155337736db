import { NAMESPACE } from '../paths.ts';
import { type LabHost, MTU } from '../topology.ts';
import { diskFolder } from './disk.ts';

/** The LXC configuration of a host: a whole machine with its own init, on an overlay that lasts as long as the lab. */
export function lxcConfig(host: LabHost): string {
  const disk = diskFolder(host);
  return [
    'lxc.include = /usr/share/lxc/config/common.conf',
    `lxc.uts.name = ${host.name}`,
    `lxc.rootfs.path = overlay:${NAMESPACE.images}/${host.flavour}:${disk}/delta`,
    'lxc.apparmor.profile = unconfined',
    // Everything that nested LXC needs, except the machine's clock and kernel.
    'lxc.cap.drop =',
    'lxc.cap.drop = sys_time sys_module',
    'lxc.cgroup.devices.allow = a',
    'lxc.cgroup2.devices.allow = a',
    // systemd mounts the groups itself.
    'lxc.mount.auto =',
    'lxc.mount.auto = proc:mixed sys:mixed',
    // An overlay cannot be stacked on an overlay: the containers' file system comes from outside, and survives a reboot.
    `lxc.mount.entry = ${disk}/lxc var/lib/lxc none bind,create=dir 0 0`,
    `lxc.mount.entry = ${disk}/state var/lib/ec2-redis-operator none bind,create=dir 0 0`,
    // Facts about the instance's hardware; the init finds /run mounted and keeps it.
    'lxc.mount.entry = tmpfs run tmpfs nosuid,nodev,mode=755,size=20% 0 0',
    `lxc.mount.entry = ${NAMESPACE.hosts}/${host.name}/instance run/lab none bind,ro,create=dir 0 0`,
    `lxc.hook.pre-start = ${NAMESPACE.hooks.disk}`,
    `lxc.hook.autodev = ${NAMESPACE.hooks.autodev}`,
    'lxc.net.0.type = veth',
    'lxc.net.0.name = eth0',
    `lxc.net.0.veth.pair = ${host.port}`,
    `lxc.net.0.hwaddr = ${host.mac}`,
    `lxc.net.0.mtu = ${MTU}`,
    `lxc.net.0.script.up = ${NAMESPACE.hooks.portUp}`,
    'lxc.signal.halt = SIGRTMIN+3',
    'lxc.tty.max = 0',
    'lxc.console.path = none',
    `lxc.console.logfile = ${NAMESPACE.log}/${host.name}.console`,
    '',
  ].join('\n');
}

/** Facts for assets/namespace/port-up.sh, in shell form. */
export function portFacts(host: LabHost): string {
  return `BRIDGE=${host.subnet.bridge}\nMAC=${host.mac}\nMTU=${MTU}\n`;
}
