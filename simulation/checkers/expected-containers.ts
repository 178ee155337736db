import type { ContainerFacts, Containers } from '../../reconcilers/facts/container/container-facts.ts';
import { containerMarkOf, identityOf } from '../../renderers/container/marker.ts';
import { sumOf } from '../files.ts';
import { lxcContainers, memberFolders } from '../lxc.ts';
import { containerIn } from '../members.ts';
import { confOf, containerIds, folderIn, nameIn } from '../openvz-conf.ts';
import { tombstoneFolders } from '../retired.ts';
import type { HostWorld, World } from '../world.ts';

/** The expected facts of a host's containers. */
export function containersIn(world: World, hostWorld: HostWorld): Containers {
  return {
    containers:
      hostWorld.runtime === 'lxc' ? lxcContainers(hostWorld).map((name) => lxcOf(hostWorld, name)) : vzIn(hostWorld),
    folders: memberFolders(hostWorld).map((name) => folderOf(hostWorld, name)),
    pendingDeletions: tombstoneFolders(hostWorld).flatMap((name) => {
      const [, cluster = '', tenant = '', member = ''] = name.split('.');
      return [{ cluster, tenant, member }];
    }),
    ...(hostWorld.dataVolume === undefined ? {} : { mounted: true as const }),
    now: Math.floor(world.now / 1000),
    vznet: hostWorld.runtime === 'lxc' ? undefined : vznetIn(hostWorld),
  };
}

function vznetIn(hostWorld: HostWorld): string {
  const lines = (hostWorld.files['/etc/vz/vznet.conf']?.text ?? '').split('\n');
  const named = lines.flatMap((line) => (line.startsWith('EXTERNAL_SCRIPT="') ? [line.split('"')[1] ?? ''] : []));
  return named.at(-1) ?? '';
}

function lxcOf(hostWorld: HostWorld, name: string): ContainerFacts {
  const folder = `/var/lib/lxc/${name}`;
  const own = ['config', 'up', 'start-host']
    .map((file) => `${folder}/${file}`)
    .filter((path) => path in hostWorld.files);
  const mark = markIn(hostWorld.files[`${folder}/config`]?.text, containerMarkOf);
  return { id: name, name, mark, ...shared(hostWorld, name, own), settings: {} };
}

function vzIn(hostWorld: HostWorld): readonly ContainerFacts[] {
  return containerIds(hostWorld).map((id) => {
    const settings = confOf(hostWorld, id) ?? {};
    const name = nameIn(id, settings);
    const isOwn = (path: string) =>
      path === `/etc/vz/conf/${id}.mount` || path === `/etc/vz/conf/${id}.umount` || path.includes('/openvz/ports/');
    const own = Object.keys(hostWorld.files).filter(isOwn);
    // Its runtime values are read from the directory of a member, if it is one.
    const facts = shared(hostWorld, name, own);
    const inside = folderIn(settings) === hostWorld.containers[name]?.folder ? {} : { pid: undefined, mtu: undefined };
    return { id, name, mark: containerMarkOf(settings['DESCRIPTION'] ?? ''), ...facts, ...inside, settings };
  });
}

function shared(hostWorld: HostWorld, name: string, own: readonly string[]) {
  const container = hostWorld.containers[name];
  const [starter, loaded] = hostWorld.files[`/run/ec2-redis-operator/containers/${name}`]?.text.trim().split(' ') ?? [];
  const { memoryBytes = 0, cpuMillicores = 0, pids = 0, swap = false, used = 0 } = container?.limits ?? {};
  return {
    state: container ? 'RUNNING' : 'STOPPED',
    pid: container?.pid,
    digests: Object.fromEntries(own.map((path) => [path, sumOf(hostWorld.files[path]?.text ?? '')])),
    modes: Object.fromEntries(own.map((path) => [path, hostWorld.files[path]?.mode ?? ''])),
    loaded: container && Number(starter) === container.pid ? loaded : undefined,
    mtu: container?.mtu,
    limits: container && { memoryBytes, cpuMillicores, pids, swap, memoryUsedBytes: used },
  };
}

/** The disk of an OpenVZ container has the size in its configuration. */
function confDisk(hostWorld: HostWorld, folder: string): number {
  const ids = containerIds(hostWorld).map((id) => confOf(hostWorld, id) ?? {});
  const conf = ids.find((one) => folderIn(one) === folder);
  return Number(conf?.['DISKSPACE']?.split(':')[1] ?? 0) * 1024;
}

function folderOf(hostWorld: HostWorld, name: string) {
  const folder = `/var/lib/ec2-redis-operator/members/${name}`;
  const init = hostWorld.files[`${folder}/conf/init`];
  const disk = hostWorld.disks[`${folder}/rootfs.img`];
  return {
    name,
    identity: markIn(hostWorld.files[`${folder}/identity`]?.text, identityOf),
    init: init && sumOf(init.text),
    imageBytes: disk && (hostWorld.runtime === 'lxc' ? disk.imageBytes : confDisk(hostWorld, folder)),
    // With OpenVZ, only a mounted file system is observed.
    fileSystemBytes: hostWorld.runtime === 'lxc' || containerIn(hostWorld, folder) ? disk?.fileSystemBytes : undefined,
    retired: retirementIn(hostWorld.files[`${folder}/marks/retired`]?.text),
    ...(hostWorld.disks[`${folder}/rootfs.former`]
      ? { former: { since: Number(hostWorld.files[`${folder}/marks/former`]?.text) } }
      : {}),
  };
}

function retirementIn(text: string | undefined) {
  if (text === undefined) return undefined;
  const [since = '', vlan, address, left] = text.trim().split(' ');
  return {
    since: /^\d+$/.test(since) ? Number(since) : undefined,
    vlan: vlan === undefined ? undefined : Number(vlan),
    address,
    ...(left === 'left' ? { left: true as const } : {}),
  };
}

function markIn<T>(text: string | undefined, read: (line: string) => T | undefined): T | undefined {
  const lines = (text ?? '').split('\n').slice(0, 2);
  return lines.map(read).find((mark) => mark !== undefined);
}
