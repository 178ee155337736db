import type { ScriptResult } from '../renderers/host-batch.ts';
import { folders } from '../renderers/lib/markers.ts';
import { vznetPlaces } from '../renderers/openvz/vznet.ts';
import { exited, succeeded } from './answer.ts';
import { memberFolders } from './lxc.ts';
import { fileLines, plainFolderLines, superblockOf } from './lxc-listing.ts';
import { containerIn } from './members.ts';
import { confOf, containerIds, externalScript, nameIn } from './openvz-conf.ts';
import { hasProgram } from './packages.ts';
import { tombstoneFolders } from './retired.ts';
import { type HostWorld, hostOf, type World } from './world.ts';

/** The output of the listing of OpenVZ's containers and member directories (facts/container/openvz-script.ts). */
export function renderOpenvz(world: World, name: string): ScriptResult {
  const host = hostOf(world, name);
  if (!hasProgram(host, 'vzlist')) return exited(44);
  const ids = containerIds(host);
  const lines = [
    `vzlist ${JSON.stringify(ids.map((id) => rowOf(host, id)))}`.replaceAll('"none"', '9223372036854775807'),
    ...ids.flatMap((id) => containerLines(host, id)),
    `vznet ${externalScript(host)}`,
    ...memberFolders(host).flatMap((one) => folderLines(host, one)),
    ...Object.keys(host.files).flatMap((path) => (isListed(path) ? fileLines(host, path) : [])),
    ...tombstoneFolders(host).map((gone) => `gone ${gone}`),
    `now ${Math.floor(world.now / 1000)}`,
    'end',
  ];
  return succeeded(`${lines.join('\n')}\n`);
}

/** Numbers that JavaScript cannot represent in JSON are `none`. */
function rowOf(host: HostWorld, ctid: string): object {
  const container = host.containers[nameIn(ctid, confOf(host, ctid) ?? {})];
  if (!container)
    return { ctid: Number(ctid), status: 'stopped', physpages: null, swappages: null, oomguarpages: null };
  const { memoryBytes, cpuMillicores, pids, swap, used } = container.limits;
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
  const isOwn = loaded !== undefined && Number(starter) === host.containers[name]?.pid;
  return [
    `container ${ctid}`,
    ...Object.entries(conf).map(([key, value]) => `setting ${ctid} ${key} ${value}`),
    ...(isOwn ? [`loaded ${ctid} ${loaded}`] : []),
  ];
}

function folderLines(host: HostWorld, name: string): readonly string[] {
  const folder = `${folders.state}/members/${name}`;
  const disk = host.disks[`${folder}/rootfs.img`];
  const container = containerIn(host, folder);
  return [
    ...plainFolderLines(host, name),
    ...(disk ? [`image ${name}`] : []),
    ...(container ? [`init ${name} ${container.pid}`, `mtu ${name} ${container.mtu}`] : []),
    ...(container && disk ? [`superblock ${name} ${superblockOf(disk)}`] : []),
  ];
}

function isListed(path: string): boolean {
  const { configuration, hook, ports } = vznetPlaces;
  if (path === configuration || path === hook || path.startsWith(`${ports}/`)) return true;
  return /^\/etc\/vz\/conf\/\d+\.u?mount$|\/members\/[^/]+\/conf\/init$/.test(path);
}
