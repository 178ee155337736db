import { existsSync, readFileSync } from 'node:fs';
import type { LabStatus } from '../daemon/status.ts';
import { ensureImage } from '../image/image.ts';
import { ensurePackages } from '../image/packages.ts';
import { askStatus } from '../world/client.ts';
import { launch } from '../world/launch.ts';
import { withLock } from '../world/lock.ts';
import { isAlive, type LabRecord, labFolder, logFile, readRecord } from '../world/record.ts';
import { clearAway } from './down.ts';

/** A lab says itself when it cannot be built; this is for one that says nothing (milliseconds). */
const BOOT_LIMIT = 240_000;

/**
 * `lab up`: leaves a lab that is up, whatever was there before; says what it did about that. `empty`: with nothing in its account; one that
 * began otherwise is not taken for it.
 */
export async function up(name: string, empty: boolean, say: (line: string) => void): Promise<number> {
  await ensurePackages(say);
  const image = await ensureImage(say);
  return withLock(`lab-${name}`, 300, async () => {
    if (await isUp(name, say)) {
      if ((readRecord(name)?.empty ?? false) !== empty) throw new Error(otherwise(name, empty));
      say(`lab ${name} is up already`);
      return 0;
    }
    const started = Date.now();
    say(`lab ${name}: ${empty ? 'starting with an empty account' : 'booting five hosts'}`);
    const record = launch(name, image, empty);
    try {
      await booted(record);
    } catch (error) {
      const log = lastLines(logFile(name));
      await clearAway(name);
      throw new Error(`${error instanceof Error ? error.message : String(error)}\nThe last lines of its log:\n${log}`);
    }
    say(`lab ${name} is up (${((Date.now() - started) / 1000).toFixed(1)} s)`);
    return 0;
  });
}

/** Whether a whole lab is there; the remains of one are cleared away. */
async function isUp(name: string, say: (line: string) => void): Promise<boolean> {
  if (!existsSync(labFolder(name))) return false;
  const record = readRecord(name);
  if (record === undefined || !isAlive(record)) {
    say(`lab ${name}: the processes of an earlier lab are dead; clearing it away`);
  } else {
    const status = await askStatus(record);
    if (status?.ready === true) {
      for (const line of amiss(status)) say(`lab ${name}: ${line}`);
      return true;
    }
    say(`lab ${name}: an earlier run left it half built${reasonOf(status)}; clearing it away`);
  }
  await clearAway(name);
  return false;
}

/** What `up` leaves as it is, since someone broke it on purpose. */
function amiss(status: LabStatus): readonly string[] {
  const byFault = (host: string) => status.faults.includes(`power-off ${host}`);
  const off = status.hosts
    .filter((host) => !host.running && !byFault(host.name))
    .map((host) => `${host.name} has no power`);
  return [...off, ...status.faults.map((fault) => `broken by fault: ${fault}`)];
}

function otherwise(name: string, empty: boolean): string {
  const began = empty ? 'with five hosts' : 'with an empty account';
  const down = `lab down${name === 'default' ? '' : ` --name ${name}`}`;
  return `Lab ${name} is up already, and began ${began}. End it first (${down}), or take another --name.`;
}

function reasonOf(status: LabStatus | undefined): string {
  return status?.failure === undefined ? '' : ` (${status.failure})`;
}

async function booted(record: LabRecord): Promise<void> {
  const end = Date.now() + BOOT_LIMIT;
  while (Date.now() < end) {
    const status = await askStatus(record);
    if (status?.ready === true) return;
    if (status?.failure !== undefined) throw new Error(`The lab could not be built: ${status.failure}`);
    if (!isAlive(record)) throw new Error('The lab died while it was being built.');
    await new Promise((resolve) => setTimeout(resolve, 150));
  }
  throw new Error(`The lab is not up after ${BOOT_LIMIT / 1000} s.`);
}

function lastLines(file: string): string {
  return existsSync(file) ? readFileSync(file, 'utf8').trimEnd().split('\n').slice(-15).join('\n') : '(none)';
}
