import type { Plan } from '../../reconcilers/plan.ts';
import { newPruning, type PruneOptions } from '../../reconcilers/prune.ts';
import { look } from '../pass.ts';
import { planJson } from '../report/plan-json.ts';
import { planText } from '../report/plan-text.ts';
import { type Effort, type ExitCode, exit, type Shell } from '../shell.ts';

/** Looks once, changes nothing, and shows what apply would do. 0: same; 1: differs; 2: error; 3: something could not be seen. */
export async function plan(
  shell: Shell,
  files: readonly string[],
  format: 'text' | 'json',
  prune?: PruneOptions,
): Promise<ExitCode> {
  const fleets = await shell.load(files, 'resolve');
  if (!fleets) return exit.error;
  const codes: ExitCode[] = [];
  for (const fleet of fleets) {
    const world = shell.open(fleet);
    try {
      const { plan: found } = await look(fleet, shell.reconcilers, world.senses, prune && newPruning(prune, fleet));
      const effort = world.effort();
      shell.out(
        format === 'json'
          ? planJson(fleet.cluster.name, found, effort)
          : `${planText(fleet.cluster.name, found)}${effortText(effort)}`,
      );
      codes.push(codeOf(found));
    } finally {
      await world.close();
    }
  }
  return worst(codes);
}

export function codeOf({ findings }: Plan): ExitCode {
  if (findings.some((drift) => drift.remedy.by === 'blind')) return exit.unknown;
  return findings.some((drift) => drift.remedy.by !== 'notice') ? exit.differs : exit.done;
}

/** The code that says the most: unknown over error over differs. */
export function worst(codes: readonly ExitCode[]): ExitCode {
  return [...codes].sort().at(-1) ?? exit.done;
}

/** `Looked at 5 hosts in 0.6 s: 5 SSH connections, 5 commands, 12 channels, 2 EC2 calls.` */
export function effortText({ sshConnections, sshCommands, channels, ec2Calls, milliseconds }: Effort): string {
  const sum = (counts: Readonly<Record<string, number>>) => Object.values(counts).reduce((a, b) => a + b, 0);
  const hosts = Object.keys(sshConnections).length;
  return `Looked at ${hosts} hosts in ${(milliseconds / 1000).toFixed(1)} s: ${sum(sshConnections)} SSH connections, ${sum(sshCommands)} commands, ${channels} forwarded channels, ${sum(ec2Calls)} EC2 calls.\n`;
}
