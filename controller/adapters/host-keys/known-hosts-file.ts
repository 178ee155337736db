import { chmod, chown, mkdir, open, readFile, realpath, rename, rm, stat, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { TransportError } from '../../transport/errors.ts';
import type { HostTarget } from '../../transport/io.ts';

/** What becomes of a known_hosts file: lines that go (counted from 1), and text that is added at its end. */
export interface KnownHostsEdit {
  readonly without: readonly number[];
  readonly added: string;
}

/** The text of a known_hosts file, none when it is not there. Rejects with a TransportError `refused` when it cannot be read. */
export async function readKnownHosts(path: string): Promise<string> {
  try {
    return await readFile(path, 'utf8');
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return '';
    throw new TransportError(
      'refused',
      `cannot read the known hosts file ${path} (${codeOf(error)}): make it readable, or name another in spec.ssh.knownHosts`,
      { cause: error },
    );
  }
}

/**
 * Changes a known_hosts file because of a host, one change of a file at a time. `edit` is given its text as it is now, since the host may
 * have been added meanwhile; undefined leaves it alone. Rejects with what `edit` throws, or `refused` when the file cannot be written.
 */
export function editKnownHosts(
  path: string,
  target: HostTarget,
  edit: (text: string) => KnownHostsEdit | undefined,
): Promise<void> {
  const before = queues.get(path) ?? Promise.resolve();
  const done = before.then(() => change(path, target, edit));
  queues.set(
    path,
    done.catch(() => undefined),
  );
  return done;
}

/** By path: several Clusters may have one file. */
const queues = new Map<string, Promise<void>>();

async function change(
  path: string,
  target: HostTarget,
  edit: (text: string) => KnownHostsEdit | undefined,
): Promise<void> {
  try {
    await mkdir(dirname(path), { recursive: true, mode: 0o700 });
    const text = await readKnownHosts(path);
    const wanted = edit(text);
    if (wanted === undefined) return;
    if (wanted.without.length) await replace(await realpath(path), editedText(text, wanted));
    else await append(path, text, wanted.added);
  } catch (error) {
    if (error instanceof TransportError) throw error;
    throw new TransportError(
      'refused',
      `cannot add the host key of ${target.name} (${target.address}) to ${path} (${codeOf(error)}): make the file writable, or add the key by hand`,
      { cause: error },
    );
  }
}

/** One write in append mode, so that two processes never mix their lines. */
async function append(path: string, text: string, added: string): Promise<void> {
  const file = await open(path, 'a', 0o600);
  await file.write(unfinished(text) + added).finally(() => file.close());
}

/** Whole or not at all: who reads meanwhile finds the old file or the new one. It keeps its owner and its mode. */
async function replace(path: string, text: string): Promise<void> {
  const { mode, uid, gid } = await stat(path);
  const made = `${path}.${process.pid}.new`;
  try {
    await rm(made, { force: true });
    await writeFile(made, text, { mode: 0o600, flag: 'wx', flush: true });
    await chown(made, uid, gid);
    await chmod(made, mode & 0o7777);
    await rename(made, path);
  } catch (error) {
    await rm(made, { force: true });
    throw error;
  }
}

function editedText(text: string, { without, added }: KnownHostsEdit): string {
  const kept = text
    .split(/(?<=\n)/)
    .filter((_, index) => !without.includes(index + 1))
    .join('');
  return kept + unfinished(kept) + added;
}

function unfinished(text: string): string {
  return text === '' || text.endsWith('\n') ? '' : '\n';
}

function codeOf(error: unknown): string {
  return error instanceof Error && 'code' in error ? String(error.code) : String(error);
}
