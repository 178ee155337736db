import { sumOf } from '../../reconcilers/model/files.ts';
import { lxcContainers, memberFolders } from '../../reconcilers/model/lxc.ts';
import { boxIn } from '../../reconcilers/model/members.ts';
import { confOf, containerIds, folderIn, nameIn } from '../../reconcilers/model/openvz-conf.ts';
import { goneFolders } from '../../reconcilers/model/retired.ts';
import type { HostWorld, World } from '../../reconcilers/model/world.ts';
import type { ContainerFacts, Containers } from '../../reconcilers/questions/containers.ts';
import { containerMarkOf, identityOf } from '../../renderers/container-mark.ts';

/** What ought to be read of a host's containers. */
export function containersIn(world: World, home: HostWorld): Containers {
  return {
    containers: home.runtime === 'lxc' ? lxcContainers(home).map((name) => lxcOf(home, name)) : vzIn(home),
    folders: memberFolders(home).map((name) => folderOf(home, name)),
    goners: goneFolders(home).flatMap((name) => {
      const [, cluster = '', tenant = '', member = ''] = name.split('.');
      return [{ cluster, tenant, member }];
    }),
    now: Math.floor(world.now / 1000),
    vznet: home.runtime === 'lxc' ? undefined : vznetIn(home),
  };
}

function vznetIn(home: HostWorld): string {
  const lines = (home.files['/etc/vz/vznet.conf']?.text ?? '').split('\n');
  const named = lines.flatMap((line) => (line.startsWith('EXTERNAL_SCRIPT="') ? [line.split('"')[1] ?? ''] : []));
  return named.at(-1) ?? '';
}

function lxcOf(home: HostWorld, name: string): ContainerFacts {
  const folder = `/var/lib/lxc/${name}`;
  const own = ['config', 'up', 'start-host'].map((file) => `${folder}/${file}`).filter((path) => path in home.files);
  const mark = markIn(home.files[`${folder}/config`]?.text, containerMarkOf);
  return { id: name, name, mark, ...shared(home, name, own), settings: {} };
}

function vzIn(home: HostWorld): readonly ContainerFacts[] {
  return containerIds(home).map((id) => {
    const settings = confOf(home, id) ?? {};
    const name = nameIn(id, settings);
    const isOwn = (path: string) =>
      path === `/etc/vz/conf/${id}.mount` || path === `/etc/vz/conf/${id}.umount` || path.includes('/openvz/ports/');
    const own = Object.keys(home.files).filter(isOwn);
    // What it says of itself stands in a folder that is a member's, if it is one.
    const facts = shared(home, name, own);
    const inside = folderIn(settings) === home.boxes[name]?.folder ? {} : { pid: undefined, mtu: undefined };
    return { id, name, mark: containerMarkOf(settings['DESCRIPTION'] ?? ''), ...facts, ...inside, settings };
  });
}

function shared(home: HostWorld, name: string, own: readonly string[]) {
  const box = home.boxes[name];
  const [starter, loaded] = home.files[`/run/ec2-redis-operator/containers/${name}`]?.text.trim().split(' ') ?? [];
  const { memoryBytes = 0, cpuMillicores = 0, pids = 0, swap = false, used = 0 } = box?.limits ?? {};
  return {
    state: box ? 'RUNNING' : 'STOPPED',
    pid: box?.pid,
    digests: Object.fromEntries(own.map((path) => [path, sumOf(home.files[path]?.text ?? '')])),
    modes: Object.fromEntries(own.map((path) => [path, home.files[path]?.mode ?? ''])),
    loaded: box && Number(starter) === box.pid ? loaded : undefined,
    mtu: box?.mtu,
    limits: box && { memoryBytes, cpuMillicores, pids, swap, memoryUsedBytes: used },
  };
}

/** The disk of an OpenVZ container is as large as its configuration says. */
function confDisk(home: HostWorld, folder: string): number {
  const ids = containerIds(home).map((id) => confOf(home, id) ?? {});
  const conf = ids.find((one) => folderIn(one) === folder);
  return Number(conf?.['DISKSPACE']?.split(':')[1] ?? 0) * 1024;
}

function folderOf(home: HostWorld, name: string) {
  const folder = `/var/lib/ec2-redis-operator/members/${name}`;
  const init = home.files[`${folder}/conf/init`];
  const disk = home.disks[`${folder}/rootfs.img`];
  return {
    name,
    identity: markIn(home.files[`${folder}/identity`]?.text, identityOf),
    init: init && sumOf(init.text),
    imageBytes: disk && (home.runtime === 'lxc' ? disk.imageBytes : confDisk(home, folder)),
    // Of OpenVZ's, only a mounted one is looked at.
    fileSystemBytes: home.runtime === 'lxc' || boxIn(home, folder) ? disk?.fileSystemBytes : undefined,
    retired: retirementIn(home.files[`${folder}/marks/retired`]?.text),
  };
}

function retirementIn(text: string | undefined) {
  if (text === undefined) return undefined;
  const [since = '', vlan, address] = text.trim().split(' ');
  return {
    since: /^\d+$/.test(since) ? Number(since) : undefined,
    vlan: vlan === undefined ? undefined : Number(vlan),
    address,
  };
}

function markIn<T>(text: string | undefined, read: (line: string) => T | undefined): T | undefined {
  const lines = (text ?? '').split('\n').slice(0, 2);
  return lines.map(read).find((mark) => mark !== undefined);
}
