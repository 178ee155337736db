import type { ActionOf } from '../reconcilers/operations/actions.ts';
import { folders } from '../renderers/lib/markers.ts';
import { lxcGroup, lxcRoot } from '../renderers/lxc/lxc-config.ts';
import type { Attachment } from '../renderers/ovs/port-up.ts';
import { exitsFile } from './conf.ts';
import { engineOf } from './engines.ts';
import { putFile } from './files.ts';
import { addLink, bringUp, dropLink } from './links.ts';
import { addPort, dropPort, stepOvs } from './ovs.ts';
import { stopRedis } from './redis.ts';
import { type HostWorld, numberFrom, OperationFailed, type Part, type World } from './world.ts';

/** The image of the template and its facts, atomically. */
export function makeTemplate(host: HostWorld, { name, tarball, digest }: ActionOf<'container-template'>): void {
  if (host.templates.tarballs[tarball] !== digest)
    throw new OperationFailed(`${tarball} changed while it was being read`);
  const path = `${folders.state}/templates/${name}@${digest}.img`;
  host.templates.images = { [path]: { digest, bytes: 200 * 2 ** 20, uid: 101, gid: 102, engine: engineOf(digest) } };
}

/** The directory atomically, then LXC's files one by one. */
export function createContainer(host: HostWorld, action: ActionOf<'container-create'>): readonly Part[] {
  const { folder, image, bytes, inside, files } = action;
  const disk = `${folder}/rootfs.img`;
  const make = () => {
    if (memberFolders(host).includes(nameOf(folder))) return;
    const made = host.templates.images[image];
    if (!made) throw new OperationFailed(`cp: cannot stat '${image}': No such file or directory`);
    for (const file of inside) putFile(host, { ...file, path: `${folder}/${file.path}` });
    host.disks[disk] = {
      imageBytes: bytes,
      fileSystemBytes: blocks(bytes),
      filled: false,
      aof: false,
      complete: false,
      engine: engineOf(made.digest),
    };
  };
  return [make, ...files.map((file) => () => putFile(host, file))];
}

export function growDisk(host: HostWorld, { name, image, bytes }: ActionOf<'container-grow'>): void {
  const disk = host.disks[image];
  if (!host.containers[name]) throw new OperationFailed(`${name} is STOPPED: its disk is grown while it runs`);
  if (!disk) throw new OperationFailed(`truncate: cannot open '${image}'`);
  disk.imageBytes = Math.max(disk.imageBytes, bytes);
  disk.fileSystemBytes = blocks(disk.imageBytes);
}

export function limitContainer(host: HostWorld, { name, limits }: ActionOf<'container-limits'>): void {
  const container = host.containers[name];
  if (!container) throw new OperationFailed(`lxc-cgroup: ${name} is not running`);
  Object.assign(container.limits, limits, { swap: false });
}

/** Stopped, then started, as separate parts. */
export function runContainer(
  world: World,
  host: HostWorld,
  { name, order, boot }: ActionOf<'container-run'>,
  start: () => void,
): readonly Part[] {
  const stamp = () => host.files[`${folders.runtime}/containers/${name}`]?.text;
  const loaded = () => boot !== undefined && stamp() === `${host.containers[name]?.pid} ${boot}\n`;
  const stop = () => loaded() || stopLxc(world, host, name);
  return [...(order === 'restart' ? [stop] : []), start];
}

/** The effect of LXC and our hooks, from the configuration in the file. */
export function startLxc(host: HostWorld, name: string): void {
  if (host.containers[name]) return;
  const config = host.files[`${lxcRoot}/${name}/config`]?.text;
  const value = (key: string) => new RegExp(`^${key.replaceAll('.', '\\.')} = (.*)$`, 'm').exec(config ?? '')?.[1];
  const folder = value('lxc.mount.entry')?.split('/conf ')[0];
  const address = value('lxc.net.0.ipv4.address')?.split('/')[0];
  const port = value('lxc.net.0.veth.pair');
  const [hook, digest] = value('lxc.hook.start-host')?.split(' ') ?? [];
  if (!folder || !address || !port || !hook || !digest)
    throw new OperationFailed(`lxc-start -n ${name} failed: no configuration`);
  if (!host.disks[`${folder}/rootfs.img`])
    throw new OperationFailed(`lxc-start -n ${name} failed: no ${folder}/rootfs.img`);
  if (!host.files[hook]?.text.includes('LXC_PID')) throw new OperationFailed(`lxc-start -n ${name} failed: ${hook}`);
  const attachment = attachmentIn(host.files[value('lxc.net.0.script.up') ?? '']?.text ?? '');
  if (!attachment) throw new OperationFailed(`lxc-start -n ${name} failed: its script.up`);
  dropLink(host, port);
  delete host.files[`${folder}/conf/${exitsFile}`];
  addLink(host, port, Number(value('lxc.net.0.mtu')));
  try {
    attach(host, attachment);
  } catch (error) {
    dropLink(host, port);
    throw error;
  }
  const pid = numberFrom(host);
  const stamp = `${folders.runtime}/containers/${name}`;
  host.files[stamp] = { mode: '644', owner: 'root:root', text: `${pid} ${digest}\n` };
  const limits = {
    memoryBytes: Number(value('lxc.cgroup2.memory.max')),
    cpuMillicores: Number(value('lxc.cgroup2.cpu.max')?.split(' ')[0]) / 100,
    pids: Number(value('lxc.cgroup2.pids.max')),
  };
  const blank = { redis: undefined, sentinel: undefined, startGuard: undefined };
  const mtu = Number(value('lxc.net.0.mtu'));
  host.containers[name] = {
    pid,
    address,
    mtu,
    port,
    folder,
    limits: { ...limits, swap: false, used: 2 ** 20 },
    ...blank,
  };
}

/** Graceful stop: Redis saves. The veth is deleted with the container; the port in Open vSwitch remains. */
export function stopLxc(world: World, host: HostWorld, name: string): void {
  const container = host.containers[name];
  if (!container) return;
  stopRedis(world, host, container);
  killContainer(host, name);
}

/** Like `kill -9` of its init. */
export function killContainer(host: HostWorld, name: string): void {
  const container = host.containers[name];
  if (container) dropLink(host, container.port);
  delete host.containers[name];
}

/** Removes the device from Open vSwitch and adds it again, with its new index. */
export function attach(host: HostWorld, { bridge, port, tag, mtu, marks, indexMark }: Attachment): void {
  const link = host.links.find((one) => one.name === port);
  if (!link) throw new OperationFailed(`cat: /sys/class/net/${port}/ifindex: No such file or directory`);
  bringUp(host, port, mtu, []);
  for (const one of host.ovs?.bridges ?? []) dropPort(host, one, port);
  const target = host.ovs?.bridges.find((one) => one.name === bridge);
  if (!target) throw new OperationFailed(`ovs-vsctl: no bridge named ${bridge}`);
  Object.assign(addPort(target, port), { tag, marks: { ...marks, [indexMark]: String(link.index) } });
  stepOvs(host);
}

/** lxc-autostart: all containers of our group with autostart. False: one of them did not start. */
export function autostart(_: World, host: HostWorld): boolean {
  const results = lxcContainers(host).map((name) => {
    if (!host.files[`${lxcRoot}/${name}/config`]?.text.includes(`lxc.group = ${lxcGroup}`)) return true;
    try {
      startLxc(host, name);
      return true;
    } catch {
      return false;
    }
  });
  return results.every(Boolean);
}

/** Names of the containers that are registered with LXC, that is, have a configuration. */
export function lxcContainers(host: HostWorld): readonly string[] {
  const names = Object.keys(host.files).flatMap((path) => /^\/var\/lib\/lxc\/([^/]+)\/config$/.exec(path)?.[1] ?? []);
  return names.sort();
}

/** Names of member directories. */
export function memberFolders(host: HostWorld): readonly string[] {
  const root = `${folders.state}/members/`;
  const paths = [...Object.keys(host.files), ...Object.keys(host.disks)].filter((path) => path.startsWith(root));
  const names = paths.map((path) => path.slice(root.length).split('/')[0] ?? '');
  return [...new Set(names)].filter((name) => !name.startsWith('.')).sort();
}

export function attachmentIn(script: string): Attachment | undefined {
  const [, bridge, port, tag] = /add-port '([^']+)' '([^']+)' 'tag=(\d+)'/.exec(script) ?? [];
  const mtu = /mtu '(\d+)' up/.exec(script)?.[1];
  const indexMark = /'external_ids:([^'=]+)='"/.exec(script)?.[1];
  if (!bridge || !port || !tag || !mtu || !indexMark) return undefined;
  const pairs = [...script.matchAll(/'external_ids:([^'=]+)="([^"]*)"'/g)].map(([, key = '', value = '']) => [
    key,
    value,
  ]);
  return { bridge, port, tag: Number(tag), mtu: Number(mtu), marks: Object.fromEntries(pairs), indexMark };
}

/** Whole blocks of a file system. */
export function blocks(bytes: number): number {
  return Math.floor(bytes / 4096) * 4096;
}

function nameOf(folder: string): string {
  return folder.slice(folder.lastIndexOf('/') + 1);
}
