import { existsSync } from 'node:fs';
import { members, removeGroups } from '../namespace/cgroups.ts';
import { withLock } from '../namespace/lock.ts';
import { restoreMachine } from '../namespace/machine.ts';
import { isAlive, type LabRecord, labFolder, namespaceInit, readRecord, removeRecord } from '../namespace/record.ts';

/** `lab down`: kills every process of the lab and removes what it left on the machine. No effect if there is no lab. */
export function down(name: string, say: (line: string) => void): Promise<number> {
  return withLock(`lab-${name}`, 120, async () => {
    if (!existsSync(labFolder(name))) {
      say(`lab ${name} is not up`);
      return 0;
    }
    await removeLab(name);
    say(`lab ${name} is gone`);
    return 0;
  });
}

/** Stops and removes lab `name`, running or dead; its lock must be held. */
export async function removeLab(name: string): Promise<void> {
  const record = readRecord(name);
  if (record !== undefined) {
    if (isAlive(record)) await end(record);
    await untilEmpty(record);
    await restoreMachine(record);
  }
  removeRecord(name);
}

async function end(record: LabRecord): Promise<void> {
  const init = namespaceInit(record);
  // The kernel kills all processes of the namespace with PID 1; its mounts and its network disappear with the last one.
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
      `these control groups of the lab could not be removed: ${left.join(' ')}; see which processes are in their cgroup.procs`,
    );
}

async function until(condition: () => boolean, limitMs: number): Promise<void> {
  const end = Date.now() + limitMs;
  while (!condition() && Date.now() < end) await new Promise((resolve) => setTimeout(resolve, 20));
}
