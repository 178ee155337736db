import type { PruneOptions } from '../../reconcilers/prune.ts';
import { apply as run } from '../apply.ts';
import type { Event, Outcome } from '../events.ts';
import { findingsText, summary } from '../report/plan-text.ts';
import { progress } from '../report/progress.ts';
import { type ExitCode, exit, type Shell } from '../shell.ts';
import { worst } from './plan.ts';

/** Converges: passes until nothing is left to do. `prune`: what nobody declares any more is removed, too. 0: done; 2: error, or a person is needed; 3: something could not be seen. */
export async function apply(
  shell: Shell,
  files: readonly string[],
  timeoutMs: number,
  prune?: PruneOptions,
): Promise<ExitCode> {
  const fleets = await shell.load(files, 'resolve');
  if (!fleets) return exit.error;
  const codes: ExitCode[] = [];
  for (const fleet of fleets) {
    const world = shell.open(fleet);
    const show = progress(shell, fleet.cluster.name);
    const listen = (event: Event) => {
      show.listen(event);
      logEvent(shell, event);
    };
    try {
      const outcome = await run(
        fleet,
        shell.reconcilers,
        { senses: world.senses, actuators: world.actuators(), clock: shell.clock },
        { timeoutMs, signal: shell.signal, listen, ...(prune === undefined ? {} : { prune }) },
      );
      show.end();
      shell.out(outcomeText(fleet.cluster.name, outcome));
      codes.push(codeOf(outcome));
    } finally {
      show.end();
      await world.close();
    }
  }
  return worst(codes);
}

function codeOf({ result }: Outcome): ExitCode {
  if (result === 'done') return exit.done;
  return result === 'blind' ? exit.unknown : exit.error;
}

const endings = {
  done: 'in order',
  operator: 'not in order: a person is needed',
  blind: 'could not see everything',
  timeout: 'not in order when the time was up',
  interrupted: 'interrupted; the next apply goes on from here',
  failed: 'failed',
} as const;

function outcomeText(cluster: string, { result, steps, passes, left }: Outcome): string {
  const shown = left.length
    ? `
${findingsText(left)}
`
    : '';
  const counts = left.length ? `; left: ${summary({ findings: left })}` : '';
  return `${cluster}: ${endings[result]} (${steps} ${steps === 1 ? 'step' : 'steps'} done in ${passes} ${passes === 1 ? 'pass' : 'passes'}${counts})\n${shown}`;
}

export function logEvent(shell: Shell, event: Event): void {
  if (event.type === 'step-begun')
    shell.log.debug('step begun', { subject: event.step.subject, action: event.step.action });
  if (event.type === 'step-done')
    shell.log.info('step done', {
      subject: event.step.subject,
      action: event.step.action,
      milliseconds: event.milliseconds,
    });
  if (event.type === 'step-failed')
    shell.log.error('step failed', { subject: event.step.subject, action: event.step.action, reason: event.reason });
  if (event.type === 'planned')
    shell.log.debug('planned', {
      pass: event.pass,
      findings: event.plan.findings.length,
      steps: event.plan.steps.length,
    });
  if (event.type === 'ended')
    shell.log.info('ended', {
      result: event.outcome.result,
      steps: event.outcome.steps,
      passes: event.outcome.passes,
    });
}
