import type { Outcome } from '../events/events.ts';
import { findingsText, summary } from './plan-text.ts';

const endings: { readonly [R in Outcome['result']]: string } = {
  done: 'in order',
  manual: 'not in order: manual action is required',
  unknown: 'something is unknown: it could not be observed',
  timeout: 'timed out before converging',
  interrupted: 'interrupted; the next apply continues from here',
};

/** How an apply ended, for people: one line, and what is left below it. */
export function outcomeText(cluster: string, { result, steps, passes, left }: Outcome): string {
  const shown = left.length ? `\n${findingsText(left)}\n` : '';
  const counts = left.length ? `; left: ${summary(left)}` : '';
  const isPaused = result === 'done' && left.some(({ reason }) => reason === 'Paused');
  const isLater = result === 'done' && left.some(({ remedy }) => remedy.by === 'waiting' && remedy.cause === 'window');
  const exceptions = [
    ...(isPaused ? ['what is paused'] : []),
    ...(isLater ? ['what waits for a maintenance window'] : []),
  ];
  const ending = exceptions.length ? `in order, but for ${exceptions.join(' and ')}` : endings[result];
  return `${cluster}: ${ending} (${count(steps, 'step')} done in ${count(passes, 'pass', 'passes')}${counts})\n${shown}`;
}

/** `1 step`, `2 steps`. */
export function count(number: number, noun: string, plural = `${noun}s`): string {
  return `${number} ${number === 1 ? noun : plural}`;
}
