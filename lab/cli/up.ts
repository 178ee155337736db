import { existsSync, readFileSync } from 'node:fs';
import type { LabStatus } from '../daemon/status.ts';
import { ensureImage, type Flavour, flavourOf } from '../image/image.ts';
import { ensurePackages } from '../image/packages.ts';
import { askStatus } from '../world/client.ts';
import { launch } from '../world/launch.ts';
import { withLock } from '../world/lock.ts';
import { imagesOf, isAlive, type LabRecord, labFolder, logFile, readRecord } from '../world/record.ts';
import { clearAway } from './down.ts';

/** A lab says itself when it cannot be built; this is for one that says nothing (milliseconds). */
const BOOT_LIMIT = 240_000;

/** How a lab begins: with nothing in its account, or with five hosts of the first flavour; of the others hosts can be launched. */
export interface Beginning {
  readonly empty: boolean;
  readonly flavours: readonly Flavour[];
}

/** `lab up`: leaves a lab that is up, whatever was there before; says what it did about that. One that began otherwise is not taken for it. */
export async function up(name: string, beginning: Beginning, say: (line: string) => void): Promise<number> {
  const { empty, flavours } = beginning;
  await ensurePackages(flavours, say);
  const images: string[] = [];
  for (const flavour of flavours) images.push(await ensureImage(flavour, say));
  return withLock(`lab-${name}`, 300, async () => {
    if (await isUp(name, say)) {
      if (!began(name, beginning)) throw new Error(otherwise(name));
      say(`lab ${name} is up already`);
      return 0;
    }
    const started = Date.now();
    say(`lab ${name}: ${empty ? 'starting with an empty account' : 'booting five hosts'}`);
    const record = launch(name, images, empty);
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

/** Whether the lab that is up began like this, whatever the recipe of its images was. */
function began(name: string, { empty, flavours }: Beginning): boolean {
  const record = readRecord(name);
  if (record === undefined || (record.empty ?? false) !== empty) return false;
  return imagesOf(record).map(flavourOf).join() === flavours.join();
}

function otherwise(name: string): string {
  const down = `lab down${name === 'default' ? '' : ` --name ${name}`}`;
  return `Lab ${name} is up already, and began otherwise (--empty, --image). End it first (${down}), or take another --name.`;
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
