import type { Fleet } from '../../crds/fleet.ts';
import { secretsOf } from '../../crds/secret.ts';
import { digest } from '../../renderers/lib/text.ts';
import type { Emit } from '../events/watch-event.ts';
import { newWakeUp } from '../pacing/wake-up.ts';
import type { Clock, Log } from '../transport/io.ts';

/** The documents as files that may be edited while we run. */
export interface Documents {
  /** Reads and validates them, passwords included. Problems are lines for people; there is no fleet when there is any. */
  read(files: readonly string[]): Promise<{ readonly fleets: readonly Fleet[]; readonly problems: readonly string[] }>;
  /** A text that changes when any of these files or folders does. */
  fingerprint(files: readonly string[]): Promise<string>;
}

export interface DocumentsContext {
  readonly documents: Documents;
  readonly clock: Clock;
  readonly signal: AbortSignal;
  readonly log: Log;
}

/** Between two checks of the files. What changed is read when it was the same twice: it may be in the middle of being written. */
const checkMs = 500;

/**
 * Reads the documents again when one of their files changes, or a file that they name (passwords, the SSH key and known hosts), and
 * passes them to `setFleets`. Those that are not valid are reported once, and read again now and then: a file that they name may have been
 * corrected. Ends with the context's signal.
 */
export async function watchDocuments(
  { documents, clock, signal, log }: DocumentsContext,
  files: readonly string[],
  first: readonly Fleet[],
  rereadMs: number,
  setFleets: (fleets: readonly Fleet[]) => void,
  emit: Emit,
): Promise<void> {
  const wakeUp = newWakeUp();
  let fleets = first;
  let reported = '';
  let readAt = clock.now();
  /** Fingerprint of the files when they were read; undefined when other files are to be watched: then they are read once more. */
  let read: string | undefined;
  let before = '';
  while (!signal.aborted) {
    await wakeUp.pause(clock, checkMs, signal);
    if (signal.aborted) return;
    const paths = [...files, ...namedBy(fleets)];
    // Before they are read: what changes meanwhile shows the next time.
    const fingerprint = await documents.fingerprint(paths);
    const still = fingerprint === before;
    before = fingerprint;
    const again = reported !== '' && clock.now() - readAt >= rereadMs;
    if (!still || (fingerprint === read && !again)) continue;
    readAt = clock.now();
    const { fleets: fresh, problems } = await documents.read(files);
    log.debug('documents read', { problems: problems.length });
    const unsure = read === undefined;
    read = fingerprint;
    const wrong = problems.join('\n');
    if (wrong !== reported) emit([{ type: 'documents', state: wrong ? 'invalid' : 'valid', problems }]);
    const corrected = reported !== '';
    reported = wrong;
    if (wrong) continue;
    const changed = contentOf(fresh) !== contentOf(fleets);
    if (changed) emit([{ type: 'documents', state: 'changed' }]);
    fleets = fresh;
    if (namedBy(fresh).join() !== paths.slice(files.length).join()) read = undefined;
    // A file that they name may have been corrected: what backs off is tried again.
    if (changed || corrected || !unsure) setFleets(fresh);
  }
}

/** Files that documents name and that may change while the documents do not. */
function namedBy(fleets: readonly Fleet[]): readonly string[] {
  const passwords = fleets.flatMap(secretsOf).map(({ reference }) => reference);
  const keys = fleets.flatMap(({ cluster: { ssh } }) => [
    ssh.knownHosts,
    ...('file' in ssh.identity ? [ssh.identity.file] : []),
  ]);
  const files = passwords.flatMap((reference) => /^file (.*)$/s.exec(reference)?.[1] ?? []);
  return [...new Set([...files, ...keys])].sort();
}

/** Everything that is declared, passwords by their digest. */
function contentOf(fleets: readonly Fleet[]): string {
  return JSON.stringify(fleets.map((fleet) => [fleet, secretsOf(fleet).map((secret) => digest(secret.reveal()))]));
}
