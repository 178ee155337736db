import { lookAround } from '../observe.ts';
import { asksForStatus, statusOf, type TenantStatus } from '../report/status.ts';
import { statusDocuments } from '../report/status-documents.ts';
import { statusTable } from '../report/table.ts';
import { type ExitCode, exit, type Shell } from '../shell.ts';

/** Shows how every tenant fares now. 0: all could be seen; 2: error; 3: something could not be seen. */
export async function get(
  shell: Shell,
  files: readonly string[],
  format: 'table' | 'wide' | 'json' | 'yaml',
): Promise<ExitCode> {
  const fleets = await shell.load(files, 'resolve');
  if (!fleets) return exit.error;
  const all: TenantStatus[] = [];
  for (const fleet of fleets) {
    const world = shell.open(fleet);
    try {
      const sight = await lookAround(fleet, world.senses);
      await sight.ask(asksForStatus(fleet));
      all.push(...statusOf(fleet, sight.inventory, sight.seen));
    } finally {
      await world.close();
    }
  }
  const plain = format === 'table' || format === 'wide';
  shell.out(plain ? statusTable(all, format) : statusDocuments(all, format, new Date(shell.clock.now())));
  return all.some((one) => one.unseen) ? exit.unknown : exit.done;
}
