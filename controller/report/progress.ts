import type { Drift } from '../../reconcilers/drift.ts';
import type { Step } from '../../reconcilers/plan.ts';
import type { Event, Listener } from '../events.ts';
import { wordsFor } from '../perform.ts';
import type { Shell } from '../shell.ts';

export interface Progress {
  readonly listen: Listener;
  /** Takes the live lines away. */
  end(): void;
}

/** On a terminal: finished steps scroll by above a few live lines that say what is being done, and what is waited for. Elsewhere: plain lines. */
export function progress(shell: Pick<Shell, 'out' | 'terminal' | 'clock'>, cluster: string): Progress {
  return shell.terminal ? live(shell, cluster, shell.terminal.columns) : plain(shell, cluster);
}

function plain(shell: Pick<Shell, 'out'>, cluster: string): Progress {
  let told = '';
  const listen = (event: Event): void => {
    const line = lineFor(event);
    if (line) shell.out(`${cluster}: ${line}\n`);
    if (event.type !== 'waiting') return;
    const waits = waitingFor(event.findings);
    const reasons = waits.map(({ reason }) => reason).join('; ');
    if (reasons && reasons !== told) shell.out(`${cluster}: waiting: ${first(waits, 3).join('; ')}\n`);
    told = reasons;
  };
  return { listen, end: () => {} };
}

function live(shell: Pick<Shell, 'out' | 'clock'>, cluster: string, columns: number): Progress {
  const running = new Map<Step, number>();
  let waiting: readonly Wait[] = [];
  let drawn = 0;
  const erase = () => {
    if (drawn) shell.out(`\u001b[${drawn}A\u001b[J`);
    drawn = 0;
  };
  const draw = () => {
    const now = shell.clock.now();
    const doing = [...running].map(([step, since]) => `  > ${wordsFor(step.action)} (${seconds(now - since)})`);
    const waits = first(waiting, Math.max(1, 11 - doing.length)).map((words) => `  . waiting: ${words}`);
    const lines = [...doing, ...waits].slice(0, 12).map((line) => line.slice(0, columns - 1));
    shell.out(lines.map((line) => `${line}\n`).join(''));
    drawn = lines.length;
  };
  const listen = (event: Event): void => {
    erase();
    if (event.type === 'step-begun') running.set(event.step, shell.clock.now());
    if ('step' in event && event.type !== 'step-begun') running.delete(event.step);
    if (event.type === 'planned') waiting = waitingFor(event.plan.findings);
    const line = lineFor(event);
    if (line) shell.out(`${cluster}: ${line}\n`);
    if (event.type !== 'ended') draw();
  };
  const over = new AbortController();
  void tick(shell.clock, over.signal, () => {
    erase();
    draw();
  });
  const end = (): void => {
    over.abort();
    erase();
  };
  return { listen, end };
}

/** A step that takes long shows that it goes on. */
async function tick(clock: Shell['clock'], over: AbortSignal, redraw: () => void): Promise<void> {
  while (!over.aborted) {
    await clock.sleep(500, over).catch(() => undefined);
    if (!over.aborted) redraw();
  }
}

function lineFor(event: Event): string | undefined {
  if (event.type === 'step-done') return `${wordsFor(event.step.action)} (${seconds(event.milliseconds)})`;
  if (event.type === 'step-failed') return `FAILED ${wordsFor(event.step.action)}: ${event.reason}`;
  if (event.type === 'step-dropped') return `not done: ${wordsFor(event.step.action)}: ${event.reason}`;
  return undefined;
}

interface Wait {
  readonly reason: string;
  readonly subjects: readonly string[];
}

/** What is waited for, a reason once; the roots only: what merely rests on something that is itself listed is left out. */
function waitingFor(findings: readonly Drift[]): readonly Wait[] {
  const waits = new Map<string, Set<string>>();
  for (const { subject, remedy } of findings) {
    if (remedy.by !== 'waiting' || remedy.on) continue;
    waits.set(remedy.reason, (waits.get(remedy.reason) ?? new Set()).add(subject));
  }
  return [...waits].map(([reason, subjects]) => ({ reason, subjects: [...subjects] }));
}

/** In words, so many of them: `Redis loads its data (redis/acme-r1 and 2 more)`. */
function first(waits: readonly Wait[], count: number): readonly string[] {
  const words = waits.slice(0, count).map(({ reason, subjects: [subject, ...others] }) => {
    const more = others.length ? ` and ${others.length} more` : '';
    return `${reason} (${subject}${more})`;
  });
  const left = waits.length - words.length;
  return left ? [...words, `${left} other ${left === 1 ? 'reason' : 'reasons'}`] : words;
}

function seconds(milliseconds: number): string {
  return `${(milliseconds / 1000).toFixed(1)} s`;
}
