import { readdir, stat } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { expandHome } from './home-path.ts';

/**
 * What files look like from outside, as one text that changes when any of them does: written in place, renamed over, added to a
 * folder or taken from it, or behind a symbolic link that was turned (as Kubernetes does with a whole folder). Asked again and
 * again instead of waiting for inotify, which watches inodes and not names, and is silent on network file systems. A file that is not there has a print too.
 */
export async function filesPrint(paths: readonly string[]): Promise<string> {
  const prints = await Promise.all(paths.map((path) => printOf(resolve(expandHome(path)), true)));
  return prints.join('\n');
}

async function printOf(path: string, isNamed: boolean): Promise<string> {
  try {
    // Follows links: what counts is what would be read. ctime changes too when a mode does, which may be what kept it from being read.
    const found = await stat(path, { bigint: true });
    const { dev, ino, size, mtimeNs, ctimeNs } = found;
    const own = `${path} ${dev}:${ino} ${size} ${mtimeNs} ${ctimeNs}`;
    if (!isNamed || !found.isDirectory()) return own;
    const names = (await readdir(path)).filter((name) => /\.ya?ml$/.test(name)).sort();
    const within = await Promise.all(names.map((name) => printOf(join(path, name), false)));
    // The folder's own times would change with files that are none of ours.
    return [`${path} ${dev}:${ino}`, ...within].join('\n');
  } catch (error) {
    return `${path} ${error instanceof Error && 'code' in error ? String(error.code) : String(error)}`;
  }
}
