import type { RequestOptions } from './carry-out.ts';
import type { CliContext } from './context.ts';
import type { ExitCode } from './exit-code.ts';
import { requestOfTenant } from './tenant-request.ts';

/** Restarts the Redis of every member of a tenant, one at a time, the master last and as a replica. */
export async function restart(
  context: CliContext,
  files: readonly string[],
  tenant: string,
  options: RequestOptions,
): Promise<ExitCode> {
  return requestOfTenant(
    context,
    files,
    tenant,
    ({ name }, { redis }) => {
      const runIds = redis.flatMap((seen) => (seen.state === 'present' ? [seen.value.runId] : []));
      if (!runIds.length)
        return {
          refused: `no Redis of ${name} could be observed, and nothing was done. reconcile plan shows why`,
        };
      return { restart: runIds };
    },
    options,
  );
}
