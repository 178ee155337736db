import { type Finding, findingsAbout } from '../contract/finding.ts';
import { info } from '../contract/remedy.ts';
import type { Haproxy } from '../facts/haproxy/haproxy.ts';
import type { DesiredProxy } from './desired.ts';
import { durationText, oldWorkersDrain } from './messages.ts';

/** Processes that reloads left with the connections of their clients: how many, and how old. They end by themselves. */
export function oldWorkerFindings(
  { subject, drainTimeoutMs }: DesiredProxy,
  { oldWorkers }: Haproxy,
): readonly Finding[] {
  if (!oldWorkers.length) return [];
  const oldest = durationText(Math.max(...oldWorkers));
  const have =
    oldWorkers.length === 1 ? `1, started ${oldest} ago` : `${oldWorkers.length}, the oldest started ${oldest} ago`;
  const finding = findingsAbout(subject);
  return [finding('OldWorkers', 'old workers', { have, want: 'none' }, info(oldWorkersDrain(drainTimeoutMs / 1000)))];
}
