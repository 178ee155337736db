import { existsSync } from 'node:fs';
import { members, removeGroups } from '../world/cgroups.ts';
import { withLock } from '../world/lock.ts';
import { restoreMachine } from '../world/machine.ts';
import { isAlive, type LabRecord, labFolder, readRecord, removeRecord, worldInit } from '../world/record.ts';

/** `lab down`: ends every process of the lab and removes what it left on the machine. Harmless when there is none. */
export function down(name: string, say: (line: string) => void): Promise<number> {
  return withLock(`lab-${name}`, 120, async () => {
    if (!existsSync(labFolder(name))) {
      say(`lab ${name} is not up`);
      return 0;
    }
    await clearAway(name);
    say(`lab ${name} is gone`);
    return 0;
  });
}

/** Ends and removes lab `name`, alive or dead; its lock must be held. */
export async function clearAway(name: string): Promise<void> {
  const record = readRecord(name);
  if (record !== undefined) {
    if (isAlive(record)) await end(record);
    await untilEmpty(record);
    await restoreMachine(record);
  }
  removeRecord(name);
}

async function end(record: LabRecord): Promise<void> {
  const init = worldInit(record);
  // With PID 1 go all processes of its namespace, with the last of them its mounts and its network.
  process.kill(init ?? record.pid, 'SIGKILL');
  await until(() => !isAlive(record), 10_000);
}

async function untilEmpty(record: LabRecord): Promise<void> {
  await until(() => members(record.groups).length === 0, 10_000);
  let left: readonly string[] = [];
  await until(() => {
    left = removeGroups(record.groups);
    return left.length === 0;
  }, 10_000);
  if (left.length > 0)
    throw new Error(
      `These control groups of the lab could not be removed: ${left.join(' ')}. See who is in their cgroup.procs.`,
    );
}

async function until(holds: () => boolean, limitMs: number): Promise<void> {
  const end = Date.now() + limitMs;
  while (!holds() && Date.now() < end) await new Promise((resolve) => setTimeout(resolve, 20));
}
