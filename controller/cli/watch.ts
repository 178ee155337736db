import type { Tell } from '../report/watch-events.ts';
import { watchJson, watchText } from '../report/watch-lines.ts';
import { type ExitCode, exit, type Shell } from '../shell.ts';
import { newCrew } from './watch-crew.ts';
import { followDocuments } from './watch-documents.ts';

export interface WatchWords {
  readonly intervalMs: number;
  readonly output: 'text' | 'json';
}

/** Keeps every declared Cluster in order until it is told to end. 0: ended when asked to; 2: the documents were not valid at the start. */
export async function watch(shell: Shell, files: readonly string[], words: WatchWords): Promise<ExitCode> {
  if (files.includes('-')) {
    shell.err(
      'watch: standard input can be read once, and a watch reads its documents again whenever they change; nothing is watched. Put them into a file, and name it with -f\n',
    );
    return exit.error;
  }
  const first = await shell.documents.read(files);
  for (const problem of first.problems) shell.err(`${problem}\n`);
  if (first.problems.length) return exit.error;
  const linesOf = words.output === 'json' ? watchJson : watchText;
  const tell: Tell = (events, cluster) => {
    const time = new Date(shell.clock.now()).toISOString();
    shell.out(
      linesOf(events, time, cluster)
        .map((line) => `${line}\n`)
        .join(''),
    );
  };
  const crew = newCrew(shell, words.intervalMs, tell);
  crew.take(first.fleets);
  try {
    await Promise.race([followDocuments(shell, files, first.fleets, words.intervalMs, crew.take, tell), crew.failure]);
  } finally {
    await crew.end();
  }
  return exit.done;
}
