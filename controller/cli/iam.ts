import type { Fleet } from '../../crds/fleet.ts';
import { type Holder, holders, policiesFor } from '../../renderers/iam/policy.ts';
import type { CliContext } from './context.ts';
import { type ExitCode, exit } from './exit-code.ts';

/**
 * Prints the least that IAM must allow: one holder's policy document, or all by holder. Where IAM's limit asks for several, they are a list,
 * or `operator`, `operator-2`. Contacts nothing.
 */
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
    const own = holder && policiesFor(holder, fleet);
    const shown = own ? (own.length === 1 ? own[0] : own) : allPolicies(fleet);
    context.out(`${JSON.stringify(shown, undefined, 2)}\n`);
  }
  return exit.ok;
}

function allPolicies(fleet: Fleet): object {
  return Object.fromEntries(
    holders.flatMap((holder) =>
      policiesFor(holder, fleet).map((policy, index) => [index ? `${holder}-${index + 1}` : holder, policy]),
    ),
  );
}
