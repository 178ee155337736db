import { apiFaults } from './api.ts';
import { diskFaults } from './disks.ts';
import type { Fault } from './fault.ts';
import { powerFaults, processFaults } from './hosts.ts';
import { wireFaults } from './wires.ts';

/** All faults. Each fault that breaks something has one that reverts it. `lab heal` follows this order. */
export const FAULTS: { readonly [name: string]: Fault } = {
  ...apiFaults,
  ...wireFaults,
  ...processFaults,
  ...diskFaults,
  ...powerFaults,
};

/** The faults with their arguments, one per line. */
export function faultList(): string {
  const usages = Object.entries(FAULTS).map(([name, { takes, summary }]) => [[name, ...takes].join(' '), summary]);
  const width = Math.max(...usages.map(([usage = '']) => usage.length));
  return usages.map(([usage = '', summary]) => `  ${usage.padEnd(width)}  ${summary}`).join('\n');
}
