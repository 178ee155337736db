import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { sh } from '../daemon/shell.ts';
import { bootId, isAlive, type LabRecord, labNames, type MachineBefore, readRecord } from './record.ts';

/** The machine settings that a lab in `groups` changes, as they were before any lab. */
export function machineBefore(groups: readonly string[]): MachineBefore {
  const others = labNames().flatMap((name) => readRecord(name) ?? []);
  const earlier = others.find((record) => record.bootId === bootId() && record.before !== undefined);
  return earlier?.before ?? { loops: loopNumbers(), controllers: shared(parentOf(groups)) };
}

/** Restores the machine's settings, except what is still in use; the lab of the record must be dead. */
export async function restoreMachine({ groups, before }: LabRecord): Promise<void> {
  if (before === undefined) return;
  await removeLoops(before.loops);
  const others = labNames().flatMap((name) => readRecord(name) ?? []);
  if (!others.some(isAlive)) unshare(parentOf(groups), before.controllers);
}

/**
 * On cgroup v2 only, the lab enables controllers for children of the root group (launch.sh): disables those that were not enabled `before`.
 * The kernel refuses to disable one that a child still uses.
 */
export function unshare(folder: string | undefined, before: readonly string[]): void {
  if (folder === undefined) return;
  for (const controller of shared(folder).filter((one) => !before.includes(one)))
    try {
      writeFileSync(join(folder, SUBTREE), `-${controller}`);
    } catch {
      // Still in use.
    }
}

function shared(folder: string | undefined): readonly string[] {
  if (folder === undefined) return [];
  return readFileSync(join(folder, SUBTREE), 'utf8').split(/\s+/).filter(Boolean);
}

/** The parent of the lab's only group on v2; undefined on v1. */
function parentOf([only, ...more]: readonly string[]): string | undefined {
  const parent = only === undefined || more.length > 0 ? undefined : dirname(only);
  return parent !== undefined && existsSync(join(parent, SUBTREE)) ? parent : undefined;
}

const SUBTREE = 'cgroup.subtree_control';

/** Removes unused loop devices that were added since; the kernel refuses to remove one that is bound or open. */
async function removeLoops(before: readonly number[]): Promise<void> {
  // The mounts of a dead namespace disappear a moment after its last process.
  for (let tries = 0; tries < 5; tries++) {
    const added = loopNumbers().filter((number) => !before.includes(number));
    if (added.length === 0) return;
    if (tries > 0) await new Promise((resolve) => setTimeout(resolve, 100));
    await sh('perl', ['-e', REMOVE, ...added.map(String)]);
  }
}

/** LOOP_CTL_REMOVE of linux/loop.h; a number, since perl would pass a string by its address. */
const REMOVE = 'open my $control, "+<", "/dev/loop-control" or exit; ioctl $control, 0x4C81, $_ + 0 for @ARGV';

function loopNumbers(): readonly number[] {
  return readdirSync('/dev').flatMap((name) => {
    const number = /^loop(\d+)$/.exec(name)?.[1];
    return number === undefined ? [] : [Number(number)];
  });
}
