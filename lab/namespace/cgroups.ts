import { existsSync, readdirSync, readFileSync, rmdirSync } from 'node:fs';
import { join, relative } from 'node:path';

/**
 * The control groups for a lab, one per hierarchy: on v1 below this process's own group, so that its limits apply to the lab too; on v2 at
 * the top, because a v2 group that has members cannot have children with controllers. `selfCgroup` and `mountInfo` are those files of
 * /proc/self (see cgroups(7) and proc(5)).
 */
export function groupFolders(selfCgroup: string, mountInfo: string, name: string): readonly string[] {
  const mounts = mountInfo.split('\n').flatMap(cgroupMount);
  return selfCgroup.split('\n').flatMap((line) => {
    const [, controllers, path] = /^\d+:([^:]*):(.*)$/.exec(line) ?? [];
    if (controllers === undefined || path === undefined) return [];
    const mount = mounts.find((one) => one.controllers === controllers);
    if (mount === undefined) return [];
    return [join(mount.folder, controllers === '' ? '' : relative(mount.root, path), name)];
  });
}

/** Removes the groups, innermost first; returns those that remain because they still have members. */
export function removeGroups(folders: readonly string[]): readonly string[] {
  return folders.filter((folder) => existsSync(folder) && !removeTree(folder));
}

/** Process ids in the groups and their descendants. */
export function members(folders: readonly string[]): readonly number[] {
  const found = folders.filter((folder) => existsSync(folder)).flatMap(membersOf);
  return [...new Set(found)];
}

interface CgroupMount {
  readonly controllers: string;
  readonly root: string;
  readonly folder: string;
}

function cgroupMount(line: string): CgroupMount[] {
  const [before = '', after = ''] = line.split(' - ');
  const [, , , root = '/', folder = ''] = before.split(' ');
  const [type, , options = ''] = after.split(' ');
  if (type === 'cgroup2') return [{ controllers: '', root, folder }];
  if (type !== 'cgroup') return [];
  const controllers = options
    .split(',')
    .filter((option) => !NOT_CONTROLLERS.has(option.split('=')[0] ?? '') || option.startsWith('name='));
  return [{ controllers: controllers.join(','), root, folder }];
}

const NOT_CONTROLLERS: ReadonlySet<string> = new Set([
  'rw',
  'ro',
  'xattr',
  'noprefix',
  'clone_children',
  'release_agent',
  'name',
]);

function removeTree(folder: string): boolean {
  const removed = children(folder).map(removeTree);
  if (removed.includes(false)) return false;
  try {
    rmdirSync(folder);
    return true;
  } catch {
    return !existsSync(folder);
  }
}

function membersOf(folder: string): number[] {
  const own = readOrEmpty(join(folder, 'cgroup.procs'))
    .split('\n')
    .filter((line) => line !== '');
  return [...own.map(Number), ...children(folder).flatMap(membersOf)];
}

function children(folder: string): string[] {
  try {
    const entries = readdirSync(folder, { withFileTypes: true });
    return entries.filter((entry) => entry.isDirectory()).map((entry) => join(folder, entry.name));
  } catch {
    return [];
  }
}

function readOrEmpty(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return '';
  }
}
