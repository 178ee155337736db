import type { TenantStatus } from '../../reconcilers/shared/tenant-health.ts';
import { observeStatus } from '../engine/pass.ts';
import { statusDocuments } from '../report/status-documents.ts';
import { statusTable } from '../report/status-table.ts';
import type { ReadOnlyContext } from './context.ts';
import { type ExitCode, exit, forStatus } from './exit-code.ts';
import { forEachCluster } from './for-each-cluster.ts';

/** Shows the state of every tenant as it is now. It is given no executor. */
export async function get(
  context: ReadOnlyContext,
  files: readonly string[],
  format: 'table' | 'wide' | 'json' | 'yaml',
): Promise<ExitCode> {
  const all: TenantStatus[] = [];
  const code = await forEachCluster(context, files, async (fleet, connections) => {
    const tenants = await observeStatus(fleet, connections.reader, context.clock.now());
    all.push(...tenants);
    return forStatus(tenants);
  });
  if (code === exit.error) return code;
  const isTable = format === 'table' || format === 'wide';
  context.out(isTable ? statusTable(all, format) : statusDocuments(all, format, new Date(context.clock.now())));
  return code;
}
