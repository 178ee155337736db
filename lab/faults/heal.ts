import { BOOT_LIMIT, type Fleet } from '../daemon/fleet.ts';
import type { Broken } from './fault.ts';
import { inflict } from './inflict.ts';
import { orderWords, readOrder } from './order.ts';
import { FAULTS } from './table.ts';

/** What `lab heal` did, a line each. */
export interface Healing {
  readonly healed: readonly string[];
  readonly failed: readonly string[];
}

/** Mends every fault in force, in the order of the table; resolves when the hosts that were booted for it answer again. */
export async function heal(fleet: Fleet): Promise<Healing> {
  const healed: string[] = [];
  const failed: string[] = [];
  const faults = Object.keys(FAULTS);
  const inOrder = [...fleet.broken].sort((a, b) => faults.indexOf(a.fault) - faults.indexOf(b.fault));
  for (const broken of inOrder) {
    const words = orderWords(broken).join(' ');
    try {
      // One mend may end several, and a boot what it was not about.
      if (fleet.broken.includes(broken)) await mend(fleet, broken);
      healed.push(words);
    } catch (error) {
      failed.push(`${words}: ${error instanceof Error ? error.message : String(error)}`);
    }
  }
  return { healed, failed };
}

async function mend(fleet: Fleet, broken: Broken): Promise<void> {
  const { host } = broken.given;
  const init = host && fleet.machine(host).init;
  const mend = FAULTS[broken.fault]?.mendedBy ?? '';
  const told = FAULTS[mend]?.takes.length === 0 ? [] : orderWords(broken).slice(1);
  await inflict(fleet, readOrder([mend, ...told], fleet.hosts));
  if (host === undefined) return;
  // A boot without a free block has left it without a network, and no later block brings that back.
  const lame =
    broken.fault === 'fill-disk' && fleet.machine(host).on && (await fleet.machine(host).banner()) === undefined;
  if (lame) await fleet.powerCycle(host);
  if (fleet.machine(host).init !== init) await fleet.machine(host).answering(BOOT_LIMIT);
}
