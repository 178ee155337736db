import { spawn } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { type Lab, until } from './lab.ts';

const root = resolve(import.meta.dirname, '../../..');
const program = join(root, 'dist/controller/main.js');

/** An event as `watch -o json` prints it; its fields depend on its type. */
export interface WatchEvent {
  readonly type: string;
  readonly time: string;
  readonly cluster?: string;
  readonly subject?: string;
  readonly subjects?: readonly string[];
  readonly field?: string;
  readonly reason?: string;
  readonly description?: string;
  readonly operation?: string;
  readonly milliseconds?: number;
  readonly left?: readonly object[] | null;
}

export interface Memory {
  readonly rss: number;
  readonly heapUsed: number;
}

/** A `reconcile watch` in a lab. */
export interface LabWatch {
  /** All events so far, in order. */
  readonly events: readonly WatchEvent[];
  /** What it printed on standard error. */
  err(): string;
  /** The first event from index `from` on that matches; fails after so many seconds, with the events since then. */
  event(what: string, fits: (event: WatchEvent) => boolean, from?: number, seconds?: number): Promise<WatchEvent>;
  /** The event `in-order` from index `from` on. */
  inOrder(from?: number, seconds?: number): Promise<WatchEvent>;
  /** The process id of the watch on this machine. */
  pid(): number;
  /** Bytes in memory after a garbage collection; `heapUsed` without compiled code. */
  memory(): Promise<Memory>;
  /** SIGTERM; yields the exit code. */
  end(): Promise<number>;
}

/**
 * Options with which a leak can be distinguished from garbage, and from what V8 adds for hours while it optimizes code that runs often: with its
 * optimizer, a watch over a world in memory grew by a quarter in 1600 passes and then no more; without it, it did not grow.
 */
const measured = [
  '--expose-gc',
  '--no-opt',
  '--no-lazy-feedback-allocation',
  '--no-flush-bytecode',
  '--import',
  join(import.meta.dirname, 'collect.mjs'),
];

/** Starts `reconcile watch -o json` on the operator's machine of a lab: with its AWS keys, or those in a file of the AWS CLI's. */
export function beginWatch(lab: Lab, interval = '2s', documents = lab.documents, keys?: string): LabWatch {
  const words = ['watch', '-f', documents, '-o', 'json', '--interval', interval];
  const fromFile = ['-u', 'AWS_ACCESS_KEY_ID', '-u', 'AWS_SECRET_ACCESS_KEY', `AWS_SHARED_CREDENTIALS_FILE=${keys}`];
  const command = ['env', ...(keys === undefined ? [] : fromFile), process.execPath, ...measured, program, ...words];
  const place = [program, 'lab', 'run', '--name', lab.name, '--', ...command];
  const child = spawn(process.execPath, place, { cwd: root, stdio: ['ignore', 'pipe', 'pipe'] });
  const events: WatchEvent[] = [];
  let err = '';
  let rest = '';
  child.stderr.setEncoding('utf8').on('data', (chunk: string) => {
    err += chunk;
  });
  child.stdout.setEncoding('utf8').on('data', (chunk: string) => {
    const lines = (rest + chunk).split('\n');
    rest = lines.pop() ?? '';
    events.push(...lines.filter(Boolean).map((line) => JSON.parse(line) as WatchEvent));
  });
  const code = new Promise<number>((done) => child.once('close', (ended) => done(ended ?? 128)));
  const event: LabWatch['event'] = async (what, fits, from = 0, seconds = 120) => {
    await until(
      `the watch to report ${what}`,
      async () => events.slice(from),
      (since) => since.some(fits),
      seconds,
    );
    return events.slice(from).find(fits) as WatchEvent;
  };
  return {
    events,
    err: () => err.replace(memoryLine, ''),
    event,
    inOrder: (from, seconds = 180) =>
      event('that everything is in order', ({ type }) => type === 'in-order', from, seconds),
    pid: () => watchProcessUnder(child.pid ?? 0),
    memory: async () => {
      const lines = () => [...err.matchAll(memoryLine)];
      const before = lines().length;
      process.kill(watchProcessUnder(child.pid ?? 0), 'SIGUSR2');
      const now = await until(
        'its memory',
        async () => lines(),
        (all) => all.length > before,
      );
      return JSON.parse(now.at(-1)?.[1] ?? '') as Memory;
    },
    end: () => {
      child.kill('SIGTERM');
      return code;
    },
  };
}

const memoryLine = /^memory (\{.*\})\n/gm;

/** `lab run` starts the program through other programs: of its descendants, the process of the watch. */
function watchProcessUnder(pid: number): number {
  const parents = new Map<number, number>();
  for (const name of readdirSync('/proc').filter((one) => /^\d+$/.test(one))) {
    const parent = /^PPid:\s+(\d+)$/m.exec(readOrNothing(`/proc/${name}/status`))?.[1];
    if (parent !== undefined) parents.set(Number(name), Number(parent));
  }
  const under = (one: number): boolean => one === pid || (parents.has(one) && under(parents.get(one) ?? 0));
  const found = [...parents.keys()].find((one) => {
    const [first = '', ...words] = readOrNothing(`/proc/${one}/cmdline`).split('\0');
    return under(one) && first.endsWith('node') && words[0] === '--expose-gc' && words.includes('watch');
  });
  if (found === undefined) throw new Error(`no watch under process ${pid}`);
  return found;
}

function readOrNothing(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return '';
  }
}
