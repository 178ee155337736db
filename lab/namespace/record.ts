import { mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { cachePaths } from '../paths.ts';

/** What is stored about a lab: enough to recognize its processes and to clean up after them. */
export interface LabRecord {
  /** The launcher: parent of the namespace's PID 1; it exits when that does. */
  readonly pid: number;
  /** Field 22 of /proc/PID/stat (clock ticks since boot): together with the boot id, it tells this process from a later one with the same PID. */
  readonly startTime: string;
  readonly bootId: string;
  readonly groups: readonly string[];
  /** The images of its hosts, the default one first; they must not be removed while the lab runs. */
  readonly images?: readonly string[];
  /** The same in the record of an earlier version. */
  readonly image?: string;
  /** Whether it started with an empty account. */
  readonly empty?: boolean;
  readonly before?: MachineBefore;
}

export function imagesOf({ images, image }: LabRecord): readonly string[] {
  return images ?? (image === undefined ? [] : [image]);
}

/** The machine before any lab. */
export interface MachineBefore {
  /** Numbers of its loop devices: the kernel adds more as hosts mount images, and keeps them. */
  readonly loops: readonly number[];
  /** Controllers that the root group of cgroup v2 shared with its children; none on v1. */
  readonly controllers: readonly string[];
}

export function labFolder(name: string): string {
  return join(cachePaths().labs, name);
}

/** The labs that have a folder, running or dead. */
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

/** Whether the recorded process still runs. */
export function isAlive(record: LabRecord): boolean {
  return record.bootId === bootId() && startTime(record.pid) === record.startTime;
}

export function bootId(): string {
  return readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim();
}

/** When process `pid` started; undefined if there is none, or if it is a zombie. */
export function startTime(pid: number): string | undefined {
  try {
    // The command name, in parentheses, may contain spaces and parentheses: count the fields after the last one.
    const fields = readFileSync(`/proc/${pid}/stat`, 'utf8')
      .replace(/^.*\) /s, '')
      .split(' ');
    return fields[0] === 'Z' ? undefined : fields[19];
  } catch {
    return undefined;
  }
}

/** The namespace's PID 1, by its PID on the machine: the launcher's only child. */
export function namespaceInit(record: LabRecord): number | undefined {
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
