import { count } from '../report/outcome-text.ts';
import type { CliContext } from './context.ts';
import { type ExitCode, exit } from './exit-code.ts';

/** Reads and checks the documents, and prints what they declare. Contacts nothing. */
export async function validate(context: CliContext, files: readonly string[]): Promise<ExitCode> {
  const fleets = await context.load(files, 'ignore');
  if (!fleets) return exit.error;
  for (const { cluster, tenants, proxyPairs } of fleets) {
    context.out(
      `Cluster ${cluster.name}: valid (${count(cluster.hosts.length, 'host')}, ${count(tenants.length, 'tenant')}, ${count(proxyPairs.length, 'proxy pair')})\n`,
    );
  }
  return exit.ok;
}
