import { type Holder, holders, policyFor } from '../report/iam.ts';
import { type ExitCode, exit, type Shell } from '../shell.ts';

/** Prints the least that IAM must allow: one holder's policy document, or all of them by holder; contacts nothing. */
export async function iam(shell: Shell, files: readonly string[], holder: Holder | undefined): Promise<ExitCode> {
  const fleets = await shell.load(files, 'ignore');
  if (!fleets) return exit.error;
  if (fleets.length > 1) {
    const names = fleets.map(({ cluster }) => cluster.name).join(', ');
    shell.err(`a policy is for one Cluster, and these documents hold ${names}: give the documents of one with -f\n`);
    return exit.error;
  }
  for (const fleet of fleets) {
    const all = Object.fromEntries(holders.map((one) => [one, policyFor(one, fleet)]));
    shell.out(`${JSON.stringify(holder ? all[holder] : all, undefined, 2)}\n`);
  }
  return exit.done;
}
