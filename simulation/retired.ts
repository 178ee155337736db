import type { ActionOf } from '../reconcilers/operations/actions.ts';
import { folders, markers, tombstoneName } from '../renderers/lib/markers.ts';
import { lxcRoot } from '../renderers/lxc/lxc-config.ts';
import { vzPlaces } from '../renderers/openvz/openvz-conf.ts';
import { vznetPlaces } from '../renderers/openvz/vznet.ts';
import { stopLxc } from './lxc.ts';
import { confOf, containerIds, folderIn } from './openvz-conf.ts';
import { dropPort } from './ovs.ts';
import { type HostWorld, OperationFailed, type Part, type World } from './world.ts';

const root = `${folders.state}/members`;
const markFile = `marks/${markers.retired}`;

/** Marks it, stops it, removes its port, and removes the runtime's configuration last. */
export function retireMember(
  world: World,
  host: HostWorld,
  { name, owner, was, ctid, left, readdressed }: ActionOf<'member-retire'>,
): readonly Part[] {
  const folder = `${root}/${name}`;
  const own =
    ctid === undefined
      ? ['up', 'start-host', 'config'].map((file) => `${lxcRoot}/${name}/${file}`)
      : [
          `${vznetPlaces.ports}/${was?.port}`,
          ...['mount', 'umount', 'conf'].map((file) => `${vzPlaces.conf}/${ctid}.${file}`),
        ];
  const ours = (marked: Readonly<Record<string, string>>) =>
    marked[markers.ovsCluster] === owner.cluster && marked[markers.ovsTenant] === owner.tenant;
  const mark = () => {
    if (!host.files[`${folder}/identity`]) return;
    const why = left ? ' left' : readdressed ? ' readdressed' : '';
    const text = `${seconds(world)}${was ? ` ${was.vlan} ${was.address}${why}` : ''}\n`;
    host.files[`${folder}/${markFile}`] = { mode: '600', owner: 'root:root', text };
  };
  const detach = () => {
    for (const bridge of host.ovs?.bridges ?? [])
      if (bridge.ports.some((port) => port.name === was?.port && ours(port.marks)))
        dropPort(host, bridge, was?.port ?? '');
  };
  return [
    mark,
    () => stopLxc(world, host, name),
    detach,
    () => {
      for (const path of [`${folders.runtime}/containers/${name}`, ...own.slice(0, -1)]) delete host.files[path];
    },
    () => delete host.files[own.at(-1) ?? ''],
  ];
}

export function restoreMember(
  host: HostWorld,
  { name, fresh, initialMaster }: ActionOf<'member-restore'>,
): readonly Part[] {
  const folder = `${root}/${name}`;
  if (!host.files[`${folder}/identity`]) throw new OperationFailed(`${folder} is gone: nothing was removed`);
  const startAgain = () => {
    host.files[`${folder}/marks/${markers.bootstrap}`] = {
      mode: '600',
      owner: 'root:root',
      text: `${initialMaster}\n`,
    };
    delete host.files[`${folder}/marks/${markers.bootstrapped}`];
  };
  const forget = () => {
    for (const file of ['redis.conf', 'sentinel.conf', 'auth']) delete host.files[`${folder}/conf/${file}`];
  };
  return [
    ...(initialMaster === undefined ? [] : [startAgain]),
    ...(fresh || initialMaster !== undefined ? [forget] : []),
    () => {
      delete host.files[`${folder}/${markFile}`];
    },
  ];
}

/** Renamed atomically, then removed. */
export function destroyMember(
  world: World,
  host: HostWorld,
  { name, owner, keepSeconds }: ActionOf<'member-destroy'>,
): readonly Part[] {
  const folder = `${root}/${name}`;
  const aside = `${root}/${tombstoneName(owner)}`;
  const move = () => {
    if (!under(host, folder).length) return;
    const since = Number(host.files[`${folder}/${markFile}`]?.text.split(' ')[0]);
    if (isKnown(host, name))
      throw new OperationFailed(`${name} is registered with its runtime (again): nothing was removed`);
    if (!(seconds(world) - since >= (keepSeconds ?? 0)))
      throw new OperationFailed(`${name} is kept: nothing was removed`);
    for (const [kind, path] of under(host, folder)) {
      Object.assign(host[kind], { [`${aside}${path.slice(folder.length)}`]: host[kind][path] });
      delete host[kind][path];
    }
  };
  const remove = () => {
    for (const [kind, path] of under(host, aside)) delete host[kind][path];
  };
  return keepSeconds === undefined ? [remove] : [move, remove];
}

/** Names of directories that were renamed for removal and still exist. */
export function tombstoneFolders(host: HostWorld): readonly string[] {
  const names = [...Object.keys(host.files), ...Object.keys(host.disks)].flatMap(
    (path) => /^\/var\/lib\/ec2-redis-operator\/members\/(\.[^/]+\.gone)\//.exec(path)?.[1] ?? [],
  );
  return [...new Set(names)].sort();
}

function isKnown(host: HostWorld, name: string): boolean {
  if (host.files[`${lxcRoot}/${name}/config`]) return true;
  return containerIds(host).some((ctid) => folderIn(confOf(host, ctid) ?? {}) === `${root}/${name}`);
}

function under(host: HostWorld, folder: string): readonly (readonly ['files' | 'disks', string])[] {
  return (['files', 'disks'] as const).flatMap((kind) =>
    Object.keys(host[kind]).flatMap((path) => (path.startsWith(`${folder}/`) ? [[kind, path] as const] : [])),
  );
}

function seconds(world: World): number {
  return Math.floor(world.now / 1000);
}
