import type { FactRequestOf } from '../reconcilers/facts/requests.ts';
import { cpuPeriod } from '../renderers/container/limits.ts';
import type { ScriptResult } from '../renderers/host-batch.ts';
import { folders } from '../renderers/lib/markers.ts';
import { lxcRoot } from '../renderers/lxc/lxc-config.ts';
import { exited, succeeded } from './answer.ts';
import { sumOf } from './files.ts';
import { lxcContainers, memberFolders } from './lxc.ts';
import { hasProgram } from './packages.ts';
import { tombstoneFolders } from './retired.ts';
import { type Container, type Disk, type HostWorld, hostOf, type World } from './world.ts';

/** The output of the listing of LXC's containers and member directories (facts/container/lxc-script.ts). */
export function renderLxc(world: World, name: string): ScriptResult {
  const host = hostOf(world, name);
  if (!hasProgram(host, 'lxc-ls')) return exited(44);
  const names = lxcContainers(host);
  const lines = [
    ...names.flatMap((name) => stateLines(name, host.containers[name])),
    ...names.flatMap((name) => containerLines(host, name)),
    ...memberFolders(host).flatMap((name) => folderLines(host, name)),
    ...digestLines(host),
    ...Object.entries(host.disks).map(([path, { imageBytes }]) => `image ${path} ${imageBytes}`),
    ...tombstoneFolders(host).map((gone) => `gone ${gone}`),
    ...(host.dataVolume === undefined ? [] : ['mounted']),
    `now ${Math.floor(world.now / 1000)}`,
    'end',
  ];
  return succeeded(`${lines.join('\n')}\n`);
}

function stateLines(name: string, container: Container | undefined): readonly string[] {
  if (!container) return [`state ${name} STOPPED -`];
  const { memoryBytes, cpuMillicores, pids, swap, used } = container.limits;
  const quota = (cpuMillicores * cpuPeriod) / 1000;
  return [
    `state ${name} RUNNING ${container.pid}`,
    `limits ${name} ${memoryBytes} ${used} ${swap ? 60 : 0} ${quota} ${cpuPeriod} ${pids}`,
    `mtu ${name} ${container.mtu}`,
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
  const disk = host.disks[`${folders.state}/members/${name}/rootfs.img`];
  return [...plainFolderLines(host, name), ...(disk ? [`superblock ${name} ${superblockOf(disk)}`] : [])];
}

/** The lines of a member directory, the same for every runtime. */
export function plainFolderLines(host: HostWorld, name: string): readonly string[] {
  const folder = `${folders.state}/members/${name}`;
  const identity = host.files[`${folder}/identity`]?.text;
  const retired = host.files[`${folder}/marks/retired`]?.text.split('\n')[0];
  return [
    `folder ${name}`,
    ...(retired === undefined ? [] : [`retired ${name} ${retired}`]),
    ...(host.disks[`${folder}/rootfs.former`]
      ? [`former ${name} ${(host.files[`${folder}/marks/former`]?.text ?? '').trim()}`]
      : []),
    ...(identity === undefined ? [] : [`identity ${name} ${markIn(identity)}`]),
  ];
}

export function superblockOf({ fileSystemBytes }: Disk): string {
  return `${fileSystemBytes / 4096} 0 0 0 0 2`;
}

function digestLines(host: HostWorld): readonly string[] {
  const listed = /^\/var\/lib\/lxc\/[^/]+\/(config|up|start-host)$|\/members\/[^/]+\/conf\/init$/;
  const named = new Set(lxcContainers(host));
  const known = (path: string) => !path.startsWith(lxcRoot) || named.has(path.split('/')[4] ?? '');
  const paths = Object.keys(host.files).filter((path) => listed.test(path) && known(path));
  return paths.flatMap((path) => fileLines(host, path));
}

export function fileLines(host: HostWorld, path: string): readonly string[] {
  const { mode, text } = host.files[path] ?? { mode: '', text: '' };
  return [`mode ${path} ${mode}`, `sha256 ${sumOf(text)} ${path}`];
}

/** One of the first two lines. */
function markIn(text: string): string {
  const [first = '', second = ''] = text.split('\n');
  return first.startsWith('# ec2-redis-operator: ') ? first : second;
}

export function renderTemplate(host: HostWorld, { name, tarball }: FactRequestOf<'template'>): ScriptResult {
  const prefix = `${folders.state}/templates/${name}@`;
  const images = Object.entries(host.templates.images).filter(([path]) => path.startsWith(prefix));
  const sum = host.templates.tarballs[tarball];
  const origin = host.templates.origins[tarball];
  const lines = [
    ...images.map(([, { digest, bytes, uid, gid, engine }]) => {
      const holds = engine ? `${engine.name} ${engine.version}` : '-';
      return `image ${digest} ${bytes} ${uid} ${gid} ${holds}\n`;
    }),
    ...(origin ? [`origin ${origin.digest} ${origin.recipe}\n`] : []),
    ...(sum ? [`tarball ${sum}\n`] : []),
  ];
  return succeeded(lines.join(''));
}
