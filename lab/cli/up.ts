import { existsSync, readFileSync } from 'node:fs';
import type { LabStatus } from '../daemon/status.ts';
import { ensureImage, type Flavour, flavourOf } from '../image/image.ts';
import { ensurePackages } from '../image/packages.ts';
import { askStatus } from '../namespace/client.ts';
import { launch } from '../namespace/launch.ts';
import { withLock } from '../namespace/lock.ts';
import { imagesOf, isAlive, type LabRecord, labFolder, logFile, readRecord } from '../namespace/record.ts';
import { removeLab } from './down.ts';

/** A lab reports its own failures; this limit is for one that reports nothing. */
const upLimitMs = 240_000;

/** How a lab starts: with an empty account, or with five hosts of the first flavour. Hosts of all listed flavours can be launched. */
export interface LabOptions {
  readonly empty: boolean;
  readonly flavours: readonly Flavour[];
}

/** `lab up`: starts the lab unless it is up already, and removes the remains of a dead one. Fails if the lab is up with other options. */
export async function up(name: string, options: LabOptions, say: (line: string) => void): Promise<number> {
  const { empty, flavours } = options;
  await ensurePackages(flavours, say);
  const images: string[] = [];
  for (const flavour of flavours) images.push(await ensureImage(flavour, say));
  return withLock(`lab-${name}`, 300, async () => {
    if (await isUp(name, say)) {
      if (!hasOptions(name, options)) throw new Error(differs(name));
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
      await removeLab(name);
      throw new Error(`${error instanceof Error ? error.message : String(error)}\nlast lines of its log:\n${log}`);
    }
    say(`lab ${name} is up (${((Date.now() - started) / 1000).toFixed(1)} s)`);
    return 0;
  });
}

/** Whether the lab is up; an incomplete or dead one is removed. */
async function isUp(name: string, say: (line: string) => void): Promise<boolean> {
  if (!existsSync(labFolder(name))) return false;
  const record = readRecord(name);
  if (record === undefined || !isAlive(record)) {
    say(`lab ${name}: the processes of an earlier lab are dead; removing it`);
  } else {
    const status = await askStatus(record);
    if (status?.ready === true) {
      for (const line of degradedHosts(status)) say(`lab ${name}: ${line}`);
      return true;
    }
    say(`lab ${name}: an earlier run left it incomplete${reasonOf(status)}; removing it`);
  }
  await removeLab(name);
  return false;
}

/** What is degraded on purpose; `up` reports it and leaves it alone. */
function degradedHosts(status: LabStatus): readonly string[] {
  const byFault = (host: string) => status.faults.includes(`power-off ${host}`);
  const off = status.hosts
    .filter((host) => !host.running && !byFault(host.name))
    .map((host) => `${host.name} has no power`);
  return [...off, ...status.faults.map((fault) => `fault in force: ${fault}`)];
}

/** Whether the running lab was started with these options; the recipe of its images may differ. */
function hasOptions(name: string, { empty, flavours }: LabOptions): boolean {
  const record = readRecord(name);
  if (record === undefined || (record.empty ?? false) !== empty) return false;
  return imagesOf(record).map(flavourOf).join() === flavours.join();
}

function differs(name: string): string {
  const down = `lab down${name === 'default' ? '' : ` --name ${name}`}`;
  return `lab ${name} is up already, and began otherwise (--empty, --image); stop it first (${down}) or choose another --name`;
}

function reasonOf(status: LabStatus | undefined): string {
  return status?.failure === undefined ? '' : ` (${status.failure})`;
}

async function booted(record: LabRecord): Promise<void> {
  const end = Date.now() + upLimitMs;
  while (Date.now() < end) {
    const status = await askStatus(record);
    if (status?.ready === true) return;
    if (status?.failure !== undefined) throw new Error(`the lab could not be built: ${status.failure}`);
    if (!isAlive(record)) throw new Error('the lab died while it was being built');
    await new Promise((resolve) => setTimeout(resolve, 150));
  }
  throw new Error(`the lab is not up after ${upLimitMs / 1000} s`);
}

function lastLines(file: string): string {
  return existsSync(file) ? readFileSync(file, 'utf8').trimEnd().split('\n').slice(-15).join('\n') : '(none)';
}
