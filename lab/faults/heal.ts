import { bootLimitMs } from '../hosts/machine.ts';
import type { ActiveFault } from './active-fault.ts';
import { inject } from './inject.ts';
import { readRequest, requestText } from './request.ts';
import { FAULTS } from './table.ts';
import type { FaultTarget } from './target.ts';

/** What `lab heal` did, one line per fault. */
export interface HealResult {
  readonly healed: readonly string[];
  readonly failed: readonly string[];
}

/** Reverts every fault in force, in the order of the table; resolves when the hosts that this rebooted answer again. */
export async function heal(target: FaultTarget): Promise<HealResult> {
  const healed: string[] = [];
  const failed: string[] = [];
  const faults = Object.keys(FAULTS);
  const inOrder = [...target.activeFaults].sort((a, b) => faults.indexOf(a.fault) - faults.indexOf(b.fault));
  for (const active of inOrder) {
    const words = requestText(active).join(' ');
    try {
      // An earlier revert or a reboot may have ended this one too.
      if (target.activeFaults.includes(active)) await revert(target, active);
      healed.push(words);
    } catch (error) {
      failed.push(`${words}: ${error instanceof Error ? error.message : String(error)}`);
    }
  }
  return { healed, failed };
}

async function revert(target: FaultTarget, active: ActiveFault): Promise<void> {
  const { host } = active.args;
  const init = host && target.machine(host).init;
  const opposite = FAULTS[active.fault]?.revertedBy ?? '';
  const words = FAULTS[opposite]?.takes.length === 0 ? [] : requestText(active).slice(1);
  await inject(target, readRequest([opposite, ...words], target.hosts));
  if (host === undefined) return;
  // A host that booted with a full disk has no network, and free space does not bring it back.
  const unreachable =
    active.fault === 'fill-disk' && target.machine(host).on && (await target.machine(host).banner()) === undefined;
  if (unreachable) await target.powerCycle(host);
  if (target.machine(host).init !== init) await target.machine(host).answering(bootLimitMs);
}
