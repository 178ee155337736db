import type { ActionOf } from '../reconcilers/operations/actions.ts';
import { markers } from '../renderers/lib/markers.ts';
import { engineOf } from './engines.ts';
import { putFile } from './files.ts';
import { blocks, startLxc, stopLxc } from './lxc.ts';
import { startVz } from './openvz.ts';
import { type HostWorld, OperationFailed, type Part, type World } from './world.ts';

/**
 * The container is stopped, and its data are copied to a new root; then that one and its identity take the place of the former ones, at once, as
 * an observation sees it; then it is started.
 */
export function rebuildContainer(
  world: World,
  host: HostWorld,
  { name, folder, image, bytes, identity, openvz }: ActionOf<'container-rebuild'>,
): readonly Part[] {
  const root = `${folder}/rootfs.img`;
  const file = { ...identity, path: `${folder}/${identity.path}` };
  const isDone = () => host.files[file.path]?.text.includes(digestIn(image)) === true;
  const mark = `${folder}/marks/${markers.former}`;
  return [
    () => {
      if (isDone()) return;
      if (!host.templates.images[image]) throw new OperationFailed(`${image} is gone`);
      if (!host.disks[root]) throw new OperationFailed(`${name} has no ${root}`);
      stopLxc(world, host, name);
    },
    () => {
      const disk = host.disks[root];
      const made = host.templates.images[image];
      if (isDone() || !disk || !made) return;
      host.files[mark] = { mode: '600', owner: 'root:root', text: `${Math.floor(world.now / 1000)}\n` };
      host.disks[`${folder}/rootfs.former`] = { ...disk };
      host.disks[root] = { ...disk, imageBytes: bytes, fileSystemBytes: blocks(bytes), engine: engineOf(made.digest) };
      putFile(host, file);
    },
    () => (openvz ? startVz(host, openvz.ctid) : startLxc(host, name)),
  ];
}

export function removeFormer(world: World, host: HostWorld, action: ActionOf<'container-former'>): void {
  const folder = `/var/lib/ec2-redis-operator/members/${action.name}`;
  const mark = `${folder}/marks/${markers.former}`;
  const since = Number(host.files[mark]?.text);
  if (Math.floor(world.now / 1000) - since < action.keepSeconds) throw new OperationFailed('its time is not over');
  delete host.disks[`${folder}/rootfs.former`];
  delete host.files[mark];
}

function digestIn(image: string): string {
  return /@([0-9a-f]{64})/.exec(image)?.[1] ?? '';
}
