import { readdirSync } from 'node:fs';
import { sh } from '../daemon/shell.ts';
import { bootId, labNames, readRecord } from './record.ts';

/** The loop devices that the machine had before any lab: the kernel makes more as hosts mount images, and keeps them. */
export function loopsBefore(): readonly number[] {
  const others = labNames()
    .map(readRecord)
    .filter((record) => record?.bootId === bootId());
  return others.find((record) => record?.loops !== undefined)?.loops ?? loopNumbers();
}

/** Removes those that came since and that nobody uses; the kernel itself refuses to part with one that is bound or open. */
export async function removeLoops(before: readonly number[]): Promise<void> {
  // A mount of a dead world is undone a moment after its last process is gone.
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
