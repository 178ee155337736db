import { vznetPlaces } from '../../renderers/vznet.ts';
import { folders } from '../marks.ts';
import type { HostAnswer } from '../questions/sense.ts';
import { answered, exited } from './answer.ts';
import { memberFolders } from './lxc.ts';
import { fileLines, plainFolderLines, superblockOf } from './lxc-listing.ts';
import { boxIn } from './members.ts';
import { confOf, containerIds, externalScript, nameIn } from './openvz-conf.ts';
import { hasProgram } from './packages.ts';
import { goneFolders } from './retired.ts';
import { type HostWorld, hostOf, type World } from './world.ts';

/** What the listing of OpenVZ's containers and of folders prints (questions/containers-openvz-script.ts). */
export function printOpenvz(world: World, name: string): HostAnswer {
  const host = hostOf(world, name);
  if (!hasProgram(host, 'vzlist')) return exited(44);
  const ids = containerIds(host);
  const lines = [
    `vzlist ${JSON.stringify(ids.map((id) => rowOf(host, id)))}`.replaceAll('"none"', '9223372036854775807'),
    ...ids.flatMap((id) => containerLines(host, id)),
    `vznet ${externalScript(host)}`,
    ...memberFolders(host).flatMap((one) => folderLines(host, one)),
    ...Object.keys(host.files).flatMap((path) => (told(path) ? fileLines(host, path) : [])),
    ...goneFolders(host).map((gone) => `gone ${gone}`),
    `now ${Math.floor(world.now / 1000)}`,
    'end',
  ];
  return answered(`${lines.join('\n')}\n`);
}

/** Numbers that JSON of this language cannot hold stand as `none`. */
function rowOf(host: HostWorld, ctid: string): object {
  const box = host.boxes[nameIn(ctid, confOf(host, ctid) ?? {})];
  if (!box) return { ctid: Number(ctid), status: 'stopped', physpages: null, swappages: null, oomguarpages: null };
  const { memoryBytes, cpuMillicores, pids, swap, used } = box.limits;
  const counter = (held: number, limit: number) => {
    return { held, maxheld: held, barrier: 0, limit: Number.isFinite(limit) ? limit : 'none', failcnt: 0 };
  };
  return {
    ctid: Number(ctid),
    status: 'running',
    physpages: counter(0, memoryBytes / 4096),
    swappages: counter(0, swap ? Number.POSITIVE_INFINITY : 0),
    oomguarpages: counter(used / 4096, Number.POSITIVE_INFINITY),
    numproc: counter(1, pids),
    cpulimit: Number.isFinite(cpuMillicores) ? cpuMillicores / 10 : 0,
  };
}

function containerLines(host: HostWorld, ctid: string): readonly string[] {
  const conf = confOf(host, ctid) ?? {};
  const name = nameIn(ctid, conf);
  const [starter, loaded] = host.files[`${folders.runtime}/containers/${name}`]?.text.trim().split(' ') ?? [];
  const isOwn = loaded !== undefined && Number(starter) === host.boxes[name]?.pid;
  return [
    `container ${ctid}`,
    ...Object.entries(conf).map(([key, value]) => `setting ${ctid} ${key} ${value}`),
    ...(isOwn ? [`loaded ${ctid} ${loaded}`] : []),
  ];
}

function folderLines(host: HostWorld, name: string): readonly string[] {
  const folder = `${folders.state}/members/${name}`;
  const disk = host.disks[`${folder}/rootfs.img`];
  const box = boxIn(host, folder);
  return [
    ...plainFolderLines(host, name),
    ...(disk ? [`image ${name}`] : []),
    ...(box ? [`init ${name} ${box.pid}`, `mtu ${name} ${box.mtu}`] : []),
    ...(box && disk ? [`superblock ${name} ${superblockOf(disk)}`] : []),
  ];
}

function told(path: string): boolean {
  const { configuration, hook, ports } = vznetPlaces;
  if (path === configuration || path === hook || path.startsWith(`${ports}/`)) return true;
  return /^\/etc\/vz\/conf\/\d+\.u?mount$|\/members\/[^/]+\/conf\/init$/.test(path);
}
