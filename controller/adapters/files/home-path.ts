import { homedir } from 'node:os';
import { join } from 'node:path';

/** A path with a leading `~/` made absolute. Only the own home: `~somebody` is left as it is. */
export function expandHome(path: string): string {
  return path === '~' || path.startsWith('~/') ? join(homedir(), path.slice(1)) : path;
}
