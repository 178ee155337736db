import { type ChildProcess, spawn } from 'node:child_process';
import { mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { cachePaths } from '../paths.ts';

/** Another process holds the lock; the message says what to do. */
export class LockedError extends Error {
  override readonly name = 'LockedError';
}

/**
 * Runs `work` while holding the lock `name`, after waiting up to `seconds` for it. The lock is a flock(2) of a child process that exits when
 * our end of its pipe closes, so no lock is left behind however this process ends. The lock file is removed afterwards.
 */
export async function withLock<T>(name: string, seconds: number, work: () => Promise<T>): Promise<T> {
  const folder = cachePaths().locks;
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const file = join(folder, name);
  const holder = await hold(file, Date.now() + seconds * 1000);
  if (holder === undefined)
    throw new LockedError(
      `another command has held the lock "${name}" for more than ${seconds} s; wait for it or stop it, then try again`,
    );
  try {
    return await work();
  } finally {
    rmSync(file, { force: true });
    holder.stdin?.end();
  }
}

/** A lock on a file that its last holder has removed is worthless: exit code 75 starts again with the new file. */
const HOLD = `
exec 9>"$1"
flock -w "$2" 9 || exit 1
[ "$(stat -Lc %i /proc/self/fd/9)" = "$(stat -c %i "$1" 2>/dev/null)" ] || exit 75
echo held
exec cat >/dev/null
`;

async function hold(file: string, until: number): Promise<ChildProcess | undefined> {
  while (Date.now() < until) {
    const seconds = Math.ceil((until - Date.now()) / 1000);
    const holder = spawn('sh', ['-c', HOLD, 'sh', file, String(seconds)], { stdio: ['pipe', 'pipe', 'inherit'] });
    const held = await new Promise<boolean>((resolve) => {
      holder.stdout.once('data', () => resolve(true));
      holder.once('error', () => resolve(false));
      holder.once('close', () => resolve(false));
    });
    if (held) return holder;
  }
  return undefined;
}
