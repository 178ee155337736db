import { type Holder, holders, policyFor } from '../../renderers/iam-policy.ts';
import type { CliContext } from './context.ts';
import { type ExitCode, exit } from './exit-code.ts';

/** Prints the least that IAM must allow: one holder's policy document, or all by holder. Contacts nothing. */
export async function iam(
  context: CliContext,
  files: readonly string[],
  holder: Holder | undefined,
): Promise<ExitCode> {
  const fleets = await context.load(files, 'ignore');
  if (!fleets) return exit.error;
  if (fleets.length > 1) {
    const names = fleets.map(({ cluster }) => cluster.name).join(', ');
    context.err(
      `a policy is for one Cluster, and these documents declare ${names}: pass the documents of one with -f\n`,
    );
    return exit.error;
  }
  for (const fleet of fleets) {
    const all = Object.fromEntries(holders.map((one) => [one, policyFor(one, fleet)]));
    context.out(`${JSON.stringify(holder ? all[holder] : all, undefined, 2)}\n`);
  }
  return exit.ok;
}
