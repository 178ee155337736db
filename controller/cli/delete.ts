import type { Fleet } from '../../crds/fleet.ts';
import { dismantlers } from '../../reconcilers/dismantle/index.ts';
import type { BoundReconciler } from '../../reconcilers/reconciler.ts';
import { apply as run } from '../apply.ts';
import type { Event, Outcome } from '../events.ts';
import { look } from '../pass.ts';
import { findingsText, planText } from '../report/plan-text.ts';
import { progress } from '../report/progress.ts';
import { type ExitCode, exit, type OpenWorld, type Shell } from '../shell.ts';
import { logEvent } from './apply.ts';

export interface DeleteOptions {
  /** The Cluster's name, said once more: without it, what would be done is shown and nothing is done. */
  readonly confirm: string | undefined;
  /** Destroys what is kept, however long ago it was retired. */
  readonly atOnce: boolean;
  readonly timeoutMs: number;
}

/**
 * Takes a Cluster down, in two steps: stopped and kept, then destroyed. 0: done as far as asked; 1: shown only; 2: error, or a person is
 * needed; 3: something could not be seen.
 */
export async function remove(shell: Shell, files: readonly string[], options: DeleteOptions): Promise<ExitCode> {
  const fleets = await shell.load(files, 'resolve');
  if (!fleets) return exit.error;
  const [fleet, ...others] = fleets;
  const names = fleets.map(({ cluster }) => cluster.name);
  const { confirm } = options;
  if (!fleet || others.length || (confirm !== undefined && confirm !== fleet.cluster.name)) {
    const wrong = others.length
      ? `these documents hold ${names.join(', ')}`
      : `these documents hold Cluster ${names.join()}, not ${confirm}`;
    shell.err(`one Cluster is deleted at a time, by its name: ${wrong}; nothing was done\n`);
    return exit.error;
  }
  const world = shell.open(fleet);
  const all = dismantlers({ now: shell.clock.now(), atOnce: options.atOnce });
  try {
    return confirm === undefined ? await show(shell, fleet, all, world) : await take(shell, fleet, all, world, options);
  } finally {
    await world.close();
  }
}

async function show(shell: Shell, fleet: Fleet, all: readonly BoundReconciler[], world: OpenWorld): Promise<ExitCode> {
  const { plan } = await look(fleet, all, world.senses);
  shell.out(planText(fleet.cluster.name, plan));
  if (!plan.steps.length) return plan.findings.some(({ remedy }) => remedy.by === 'blind') ? exit.unknown : exit.done;
  shell.out(`Nothing was done. To do it: reconcile delete -f … --confirm ${fleet.cluster.name}\n`);
  return exit.differs;
}

async function take(
  shell: Shell,
  fleet: Fleet,
  all: readonly BoundReconciler[],
  world: OpenWorld,
  { timeoutMs }: DeleteOptions,
): Promise<ExitCode> {
  const shown = progress(shell, fleet.cluster.name);
  const listen = (event: Event) => {
    shown.listen(event);
    logEvent(shell, event);
  };
  const media = { senses: world.senses, actuators: world.actuators(), clock: shell.clock };
  const common = { timeoutMs, signal: shell.signal, listen };
  try {
    if (onAdopted(fleet)) {
      // What runs on hosts that are somebody else's is retired as if its documents were gone.
      const prune = { maxDeletes: Number.MAX_SAFE_INTEGER, allowEmpty: true };
      const retired = await run({ ...fleet, tenants: [] }, shell.reconcilers, media, { ...common, prune });
      if (retired.result !== 'done') return said(shell, fleet, retired);
    }
    return said(shell, fleet, await run(fleet, all, media, common));
  } finally {
    shown.end();
  }
}

function onAdopted({ cluster, tenants }: Fleet): boolean {
  const adopted = cluster.hosts.filter(({ origin }) => 'adopt' in origin).map(({ name }) => name);
  return tenants.some(({ members }) => members.some(({ host }) => adopted.includes(host)));
}

function said(shell: Shell, { cluster }: Fleet, { result, left, steps }: Outcome): ExitCode {
  const done = result === 'done';
  const kept = left.some(({ have }) => have.includes('retired'));
  const words = done ? (kept ? 'stopped, and kept' : 'nothing of it is left in EC2') : `not taken down: ${result}`;
  shell.out(`${cluster.name}: ${words} (${steps} ${steps === 1 ? 'step' : 'steps'} done)\n`);
  if (left.length) shell.out(`\n${findingsText(left)}\n`);
  if (done) return exit.done;
  return result === 'blind' ? exit.unknown : exit.error;
}
