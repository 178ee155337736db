import { type ExitCode, exit, type Shell } from '../shell.ts';

/** Reads and checks the documents, contacts nothing, and says what they declare. */
export async function validate(shell: Shell, files: readonly string[]): Promise<ExitCode> {
  const fleets = await shell.load(files, 'ignore');
  if (!fleets) return exit.error;
  for (const { cluster, tenants, proxyPairs } of fleets) {
    shell.out(
      `Cluster ${cluster.name}: valid (${count(cluster.hosts.length, 'host')}, ${count(tenants.length, 'tenant')}, ${count(proxyPairs.length, 'proxy pair')})\n`,
    );
  }
  return exit.done;
}

function count(number: number, noun: string): string {
  return `${number} ${noun}${number === 1 ? '' : 's'}`;
}
