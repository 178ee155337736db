import type { Finding } from '../../reconcilers/contract/finding.ts';
import type { Step } from '../../reconcilers/contract/plan.ts';
import type { Event, Listener } from '../events/events.ts';
import { type Ec2Failures, ec2Failures } from './ec2-failures.ts';

/** Where progress is shown. */
export interface Screen {
  out(text: string): void;
  /** Standard output is a terminal of this many columns; undefined elsewhere. */
  readonly terminal: { readonly columns: number } | undefined;
  readonly clock: { now(): number; sleep(milliseconds: number, signal?: AbortSignal): Promise<void> };
}

export interface Progress {
  readonly listen: Listener;
  /** Erases the live lines. */
  end(): void;
}

/** On a terminal: finished steps scroll by above a few live lines: what is being done, and what is waited for. Elsewhere: plain lines. */
export function progress(context: Screen, cluster: string): Progress {
  return context.terminal ? live(context, cluster, context.terminal.columns) : plain(context, cluster);
}

/** Between two lines about a long step, where there is no terminal. */
const progressMs = 10_000;

function plain(context: Omit<Screen, 'terminal'>, cluster: string): Progress {
  let reported = '';
  const failures = ec2Failures();
  const shown = new Map<Step, number>();
  const listen = (event: Event): void => {
    if (event.type === 'step-begun') shown.set(event.step, context.clock.now());
    if (event.type === 'step-progress' && context.clock.now() - (shown.get(event.step) ?? 0) >= progressMs) {
      shown.set(event.step, context.clock.now());
      context.out(`${cluster}: ${event.step.description}: ${event.text}\n`);
    }
    for (const line of linesFor(event, failures)) context.out(`${cluster}: ${line}\n`);
    if (event.type !== 'waiting') return;
    const waits = waitingFor(event.findings);
    const reasons = waits.map(({ reason }) => reason).join('; ');
    if (reasons && reasons !== reported) context.out(`${cluster}: waiting: ${first(waits, 3).join('; ')}\n`);
    reported = reasons;
  };
  return { listen, end: () => {} };
}

function live(context: Screen, cluster: string, columns: number): Progress {
  const running = new Map<Step, { readonly since: number; readonly words?: string }>();
  let waiting: readonly Wait[] = [];
  let drawn = 0;
  const failures = ec2Failures();
  const erase = () => {
    if (drawn) context.out(`\u001b[${drawn}A\u001b[J`);
    drawn = 0;
  };
  const draw = () => {
    const now = context.clock.now();
    const doing = [...running].map(([step, { since, words }]) => {
      const far = words === undefined ? '' : `${words}, `;
      return `  > ${step.description} (${far}${seconds(now - since)})`;
    });
    const waits = first(waiting, Math.max(1, 11 - doing.length)).map((words) => `  . waiting: ${words}`);
    const lines = [...doing, ...waits].slice(0, 12).map((line) => line.slice(0, columns - 1));
    context.out(lines.map((line) => `${line}\n`).join(''));
    drawn = lines.length;
  };
  const listen = (event: Event): void => {
    erase();
    if (event.type === 'step-begun') running.set(event.step, { since: context.clock.now() });
    else if (event.type === 'step-progress')
      running.set(event.step, { since: context.clock.now(), ...running.get(event.step), words: event.text });
    else if ('step' in event) running.delete(event.step);
    if (event.type === 'planned') waiting = waitingFor(event.plan.findings);
    for (const line of linesFor(event, failures)) context.out(`${cluster}: ${line}\n`);
    if (event.type !== 'ended') draw();
  };
  const over = new AbortController();
  void redrawEverySecond(context.clock, over.signal, () => {
    erase();
    draw();
  });
  const end = (): void => {
    over.abort();
    erase();
  };
  return { listen, end };
}

/** Shows that a long step is still in progress. */
async function redrawEverySecond(clock: Screen['clock'], over: AbortSignal, redraw: () => void): Promise<void> {
  while (!over.aborted) {
    await clock.sleep(500, over).catch(() => undefined);
    if (!over.aborted) redraw();
  }
}

/** What there is to print about an event. Failures of EC2 are collected until the steps of the pass are over. */
function linesFor(event: Event, failures: Ec2Failures): readonly string[] {
  if (!('step' in event)) return failures.take();
  if (event.type === 'step-failed' && event.step.lane === 'EC2') failures.add(event.step, event.reason);
  else return [lineFor(event)].flatMap((line) => line ?? []);
  return [];
}

function lineFor(event: Event): string | undefined {
  if (event.type === 'step-done') return `${event.step.description} (${seconds(event.milliseconds)})`;
  if (event.type === 'step-failed') return `FAILED ${event.step.description}: ${event.reason}`;
  if (event.type === 'step-dropped') return `not done: ${event.step.description}: ${event.reason}`;
  return undefined;
}

interface Wait {
  readonly reason: string;
  readonly subjects: readonly string[];
}

/** What is waited for, each reason once; the roots only: what merely depends on another subject is left out. */
function waitingFor(findings: readonly Finding[]): readonly Wait[] {
  const waits = new Map<string, Set<string>>();
  for (const { subject, remedy } of findings) {
    if (remedy.by !== 'waiting' || remedy.dependsOn) continue;
    waits.set(remedy.message, (waits.get(remedy.message) ?? new Set()).add(subject));
  }
  return [...waits].map(([reason, subjects]) => ({ reason, subjects: [...subjects] }));
}

/** So many of them, as text: `Redis loads its data (redis/acme-r1 and 2 more)`. */
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
