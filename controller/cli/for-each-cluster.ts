import type { Fleet } from '../../crds/fleet.ts';
import { type ExitCode, exit, worst } from './exit-code.ts';

interface Opens<C> {
  load(files: readonly string[], secrets: 'resolve'): Promise<readonly Fleet[] | undefined>;
  open(fleet: Fleet): C;
  err(text: string): void;
}

/**
 * Loads the documents and runs `run` for each Cluster, one after the other, with connections that are closed at its end. Yields the worst
 * exit code. `refusal`: why nothing is run for these documents, if anything.
 */
export async function forEachCluster<C extends { close(): Promise<void> }>(
  context: Opens<C>,
  files: readonly string[],
  run: (fleet: Fleet, connections: C) => Promise<ExitCode>,
  refusal: (fleets: readonly Fleet[]) => string | undefined = () => undefined,
): Promise<ExitCode> {
  const fleets = await context.load(files, 'resolve');
  if (!fleets) return exit.error;
  const refused = refusal(fleets);
  if (refused !== undefined) context.err(refused);
  if (refused !== undefined) return exit.error;
  const codes: ExitCode[] = [];
  for (const fleet of fleets) {
    const connections = context.open(fleet);
    try {
      codes.push(await run(fleet, connections));
    } finally {
      await connections.close();
    }
  }
  return worst(codes);
}
