import { cpuPeriod, lxcRoot } from '../../renderers/lxc-config.ts';
import { folders } from '../marks.ts';
import type { AskOf } from '../questions/index.ts';
import type { HostAnswer } from '../questions/sense.ts';
import { answered } from './answer.ts';
import { sumOf } from './files.ts';
import { containersOn, memberFolders } from './lxc.ts';
import { goneFolders } from './retired.ts';
import { type Box, type HostWorld, hostOf, type World } from './world.ts';

/** What the listing of containers and folders prints (questions/containers-script.ts). */
export function printContainers(world: World, name: string): HostAnswer {
  const host = hostOf(world, name);
  const names = containersOn(host);
  const lines = [
    ...names.flatMap((name) => stateLines(name, host.boxes[name])),
    ...names.flatMap((name) => containerLines(host, name)),
    ...memberFolders(host).flatMap((name) => folderLines(host, name)),
    ...digestLines(host),
    ...Object.entries(host.disks).map(([path, { imageBytes }]) => `image ${path} ${imageBytes}`),
    ...goneFolders(host).map((gone) => `gone ${gone}`),
    `now ${Math.floor(world.now / 1000)}`,
    'end',
  ];
  return answered(`${lines.join('\n')}\n`);
}

function stateLines(name: string, box: Box | undefined): readonly string[] {
  if (!box) return [`state ${name} STOPPED -`];
  const { memoryBytes, cpuMillicores, pids, swap, used } = box.limits;
  const quota = (cpuMillicores * cpuPeriod) / 1000;
  return [
    `state ${name} RUNNING ${box.pid}`,
    `limits ${name} ${memoryBytes} ${used} ${swap ? 60 : 0} ${quota} ${cpuPeriod} ${pids}`,
    `mtu ${name} ${box.mtu}`,
  ];
}

function containerLines(host: HostWorld, name: string): readonly string[] {
  const stamp = host.files[`${folders.runtime}/containers/${name}`]?.text.split('\n')[0];
  const config = host.files[`${lxcRoot}/${name}/config`]?.text ?? '';
  return [
    `container ${name}`,
    `mark ${name} ${markIn(config)}`,
    ...(stamp === undefined ? [] : [`loaded ${name} ${stamp}`]),
  ];
}

function folderLines(host: HostWorld, name: string): readonly string[] {
  const folder = `${folders.state}/members/${name}`;
  const identity = host.files[`${folder}/identity`]?.text;
  const disk = host.disks[`${folder}/rootfs.img`];
  const retired = host.files[`${folder}/marks/retired`]?.text.split('\n')[0];
  return [
    `folder ${name}`,
    ...(retired === undefined ? [] : [`retired ${name} ${retired}`]),
    ...(identity === undefined ? [] : [`identity ${name} ${markIn(identity)}`]),
    ...(disk ? [`superblock ${name} ${disk.fileSystemBytes / 4096} 0 0 0 0 2`] : []),
  ];
}

function digestLines(host: HostWorld): readonly string[] {
  const told = /^\/var\/lib\/lxc\/[^/]+\/(config|up|start-host)$|\/members\/[^/]+\/conf\/init$/;
  const named = new Set(containersOn(host));
  const known = (path: string) => !path.startsWith(lxcRoot) || named.has(path.split('/')[4] ?? '');
  const paths = Object.keys(host.files).filter((path) => told.test(path) && known(path));
  return paths.flatMap((path) => [
    `mode ${path} ${host.files[path]?.mode}`,
    `sha256 ${sumOf(host.files[path]?.text ?? '')} ${path}`,
  ]);
}

/** One of the first two lines. */
function markIn(text: string): string {
  const [first = '', second = ''] = text.split('\n');
  return first.startsWith('# ec2-redis-operator: ') ? first : second;
}

export function printTemplate(host: HostWorld, { name, tarball }: AskOf<'template'>): HostAnswer {
  const prefix = `${folders.state}/templates/${name}@`;
  const images = Object.entries(host.templates.images).filter(([path]) => path.startsWith(prefix));
  const sum = host.templates.tarballs[tarball];
  const lines = [
    ...images.map(([, { digest, bytes, uid, gid }]) => `image ${digest} ${bytes} ${uid} ${gid}\n`),
    ...(sum ? [`tarball ${sum}\n`] : []),
  ];
  return answered(lines.join(''));
}
