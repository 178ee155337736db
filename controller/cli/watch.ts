import type { Emit } from '../events/watch-event.ts';
import { watchJson, watchText } from '../report/watch-lines.ts';
import { newClusterWatchers } from '../watching/cluster-watchers.ts';
import { watchDocuments } from '../watching/document-watcher.ts';
import type { CliContext } from './context.ts';
import { type ExitCode, exit } from './exit-code.ts';

export interface WatchOptions {
  readonly intervalMs: number;
  readonly output: 'text' | 'json';
}

/** Keeps every declared Cluster in order until a signal ends it. */
export async function watch(context: CliContext, files: readonly string[], options: WatchOptions): Promise<ExitCode> {
  if (files.includes('-')) {
    context.err(
      'watch: standard input can be read only once, but a watch reads its documents again whenever they change; nothing is watched. Put them into a file, and pass it with -f\n',
    );
    return exit.error;
  }
  const first = await context.documents.read(files);
  for (const problem of first.problems) context.err(`${problem}\n`);
  if (first.problems.length) return exit.error;
  const linesOf = options.output === 'json' ? watchJson : watchText;
  const emit: Emit = (events, cluster) => {
    const time = new Date(context.clock.now()).toISOString();
    context.out(
      linesOf(events, time, cluster)
        .map((line) => `${line}\n`)
        .join(''),
    );
  };
  const watchers = newClusterWatchers(context, options.intervalMs, emit);
  watchers.setFleets(first.fleets);
  try {
    await Promise.race([
      watchDocuments(context, files, first.fleets, options.intervalMs, watchers.setFleets, emit),
      watchers.failure,
    ]);
  } finally {
    await watchers.end();
  }
  return exit.ok;
}
