import { mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { cachePaths } from '../paths.ts';

/** What the machine remembers of a lab: enough to recognise its processes, and to clear up after them. */
export interface LabRecord {
  /** The launcher: parent of the world's PID 1, and gone when that is. */
  readonly pid: number;
  /** Field 22 of /proc/PID/stat (clock ticks since boot): with the boot, it tells this process from a later one of the same id. */
  readonly startTime: string;
  readonly bootId: string;
  readonly groups: readonly string[];
  /** The images its hosts run on, the first one's first: not to be removed while it lives. */
  readonly images?: readonly string[];
  /** What a lab of an earlier version has in their place. */
  readonly image?: string;
  /** Whether it began with nothing in its account. */
  readonly empty?: boolean;
  readonly before?: MachineBefore;
}

export function imagesOf({ images, image }: LabRecord): readonly string[] {
  return images ?? (image === undefined ? [] : [image]);
}

/** The machine before any lab. */
export interface MachineBefore {
  /** Numbers of its loop devices: the kernel makes more as hosts mount images, and keeps them. */
  readonly loops: readonly number[];
  /** Controllers that the root group of cgroup v2 shared with its children; none where there is v1. */
  readonly controllers: readonly string[];
}

export function labFolder(name: string): string {
  return join(cachePaths().labs, name);
}

/** The labs that have a folder, alive or dead. */
export function labNames(): readonly string[] {
  try {
    return readdirSync(cachePaths().labs);
  } catch {
    return [];
  }
}

export function logFile(name: string): string {
  return join(labFolder(name), 'lab.log');
}

export function readRecord(name: string): LabRecord | undefined {
  try {
    return JSON.parse(readFileSync(recordFile(name), 'utf8')) as LabRecord;
  } catch {
    return undefined;
  }
}

export function writeRecord(name: string, record: LabRecord): void {
  mkdirSync(labFolder(name), { recursive: true, mode: 0o700 });
  const draft = `${recordFile(name)}.new`;
  writeFileSync(draft, `${JSON.stringify(record, undefined, 2)}\n`);
  renameSync(draft, recordFile(name));
}

export function removeRecord(name: string): void {
  rmSync(labFolder(name), { recursive: true, force: true });
}

/** Whether the very process that was recorded still runs. */
export function isAlive(record: LabRecord): boolean {
  return record.bootId === bootId() && startTime(record.pid) === record.startTime;
}

export function bootId(): string {
  return readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim();
}

/** When process `pid` began, or undefined when there is none, or it is dead and only not yet reaped. */
export function startTime(pid: number): string | undefined {
  try {
    // The command's name, in parentheses, may itself hold spaces and parentheses: count fields behind the last one.
    const fields = readFileSync(`/proc/${pid}/stat`, 'utf8')
      .replace(/^.*\) /s, '')
      .split(' ');
    return fields[0] === 'Z' ? undefined : fields[19];
  } catch {
    return undefined;
  }
}

/** The world's PID 1, as the machine numbers it: the launcher's only child. */
export function worldInit(record: LabRecord): number | undefined {
  return childrenOf(record.pid)[0];
}

export function childrenOf(pid: number): readonly number[] {
  try {
    const text = readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').trim();
    return text === '' ? [] : text.split(' ').map(Number);
  } catch {
    return [];
  }
}

function recordFile(name: string): string {
  return join(labFolder(name), 'lab.json');
}
