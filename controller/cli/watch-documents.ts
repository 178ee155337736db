import type { Fleet } from '../../crds/fleet.ts';
import { digest } from '../../renderers/text.ts';
import { newBell } from '../bell.ts';
import type { Tell } from '../report/watch-events.ts';
import type { Shell } from '../shell.ts';

/** Between two looks at the files. What changed is read when it was the same twice: it may be in the middle of being written. */
const lookMs = 500;

/**
 * Reads the documents again when one of their files changes, or a file that they name (passwords, the SSH key and known hosts), and
 * hands them to `take`. Those that are not valid are told once, and read again now and then: a file that they name may be put right.
 * Ends with the shell's signal.
 */
export async function followDocuments(
  { documents, clock, signal, log }: Shell,
  files: readonly string[],
  first: readonly Fleet[],
  rereadMs: number,
  take: (fleets: readonly Fleet[]) => void,
  tell: Tell,
): Promise<void> {
  const bell = newBell();
  let fleets = first;
  let told = '';
  let readAt = clock.now();
  /** As the files looked when they were read; nothing when others are to be looked at: then they are read once more. */
  let read: string | undefined;
  let before = '';
  while (!signal.aborted) {
    await bell.pause(clock, lookMs, signal);
    if (signal.aborted) return;
    const paths = [...files, ...namedBy(fleets)];
    // Before they are read: what changes meanwhile shows the next time.
    const print = await documents.print(paths);
    const still = print === before;
    before = print;
    const again = told !== '' && clock.now() - readAt >= rereadMs;
    if (!still || (print === read && !again)) continue;
    readAt = clock.now();
    const { fleets: fresh, problems } = await documents.read(files);
    log.debug('documents read', { problems: problems.length });
    const unsure = read === undefined;
    read = print;
    const wrong = problems.join('\n');
    if (wrong !== told) tell([{ type: 'documents', state: wrong ? 'invalid' : 'valid', problems }]);
    const mended = told !== '';
    told = wrong;
    if (wrong) continue;
    const changed = contentOf(fresh) !== contentOf(fleets);
    if (changed) tell([{ type: 'documents', state: 'changed' }]);
    fleets = fresh;
    if (namedBy(fresh).join() !== paths.slice(files.length).join()) read = undefined;
    // A file that they name may have been put right: what rests is tried again.
    if (changed || mended || !unsure) take(fresh);
  }
}

/** Files that documents name and that may change while the documents do not. */
function namedBy(fleets: readonly Fleet[]): readonly string[] {
  const passwords = fleets.flatMap(({ tenants }) => tenants.map(({ password }) => password.reference));
  const keys = fleets.flatMap(({ cluster: { ssh } }) => [
    ssh.knownHosts,
    ...('file' in ssh.identity ? [ssh.identity.file] : []),
  ]);
  const files = passwords.flatMap((reference) => /^file (.*)$/s.exec(reference)?.[1] ?? []);
  return [...new Set([...files, ...keys])].sort();
}

/** Everything that is declared, passwords by their digest. */
function contentOf(fleets: readonly Fleet[]): string {
  return JSON.stringify(fleets.map((fleet) => [fleet, fleet.tenants.map(({ password }) => digest(password.reveal()))]));
}
