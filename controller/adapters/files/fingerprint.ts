import { readdir, stat } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { expandHome } from './home-path.ts';

/**
 * The state of files as one text that changes when any of them does: written in place, renamed over, added to a
 * folder or taken from it, or behind a symbolic link that was turned (as Kubernetes does with a whole folder). Polled
 * instead of waiting for inotify, which watches inodes and not names, and is silent on network file systems. A file that is missing has a fingerprint too.
 */
export async function filesFingerprint(paths: readonly string[]): Promise<string> {
  const prints = await Promise.all(paths.map((path) => fingerprintOf(resolve(expandHome(path)), true)));
  return prints.join('\n');
}

async function fingerprintOf(path: string, isNamed: boolean): Promise<string> {
  try {
    // Follows links: what counts is what would be read. ctime changes too when a mode does, which may be what kept it from being read.
    const found = await stat(path, { bigint: true });
    const { dev, ino, size, mtimeNs, ctimeNs } = found;
    const own = `${path} ${dev}:${ino} ${size} ${mtimeNs} ${ctimeNs}`;
    if (!isNamed || !found.isDirectory()) return own;
    const names = (await readdir(path)).filter((name) => /\.ya?ml$/.test(name)).sort();
    const within = await Promise.all(names.map((name) => fingerprintOf(join(path, name), false)));
    // The folder's own times would change with files that are not read here.
    return [`${path} ${dev}:${ino}`, ...within].join('\n');
  } catch (error) {
    return `${path} ${error instanceof Error && 'code' in error ? String(error.code) : String(error)}`;
  }
}
