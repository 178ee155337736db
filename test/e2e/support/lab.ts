import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import type { LabStatus } from '../../../lab/daemon/status.ts';
import { askStatus } from '../../../lab/namespace/client.ts';
import { type Entry, hostEntry, operatorEntry } from '../../../lab/namespace/enter.ts';
import { isAlive, type LabRecord, readRecord } from '../../../lab/namespace/record.ts';
import { type ContainerCommands, type RuntimeName, runtimes } from './runtimes.ts';
import type { WriterReport } from './writer.ts';

const root = resolve(import.meta.dirname, '../../..');
const program = join(root, 'dist/controller/main.js');

/** The lab's hosts. */
export const hosts = ['proxy-1', 'proxy-2', 'redis-1', 'redis-2', 'redis-3'] as const;

export interface Ended {
  readonly code: number;
  readonly out: string;
  readonly err: string;
}

/** A lab of this test run, and the documents of the quickstart with passwords in files. */
export interface Lab {
  readonly name: string;
  readonly runtime: RuntimeName;
  readonly containers: ContainerCommands;
  /** The documents, for -f. */
  readonly documents: string;
  readonly passwords: Readonly<Record<'acme' | 'globex', string>>;
  /** `reconcile` on the operator's machine, with its complete log. */
  reconcile(...words: string[]): Promise<Ended>;
  /** `reconcile` that continues until `end`. */
  begin(...words: string[]): { end(): Promise<Ended> };
  /** What `reconcile` has logged so far: one line of JSON per event. */
  logged(): string;
  /** Everything that `reconcile` has printed and logged so far. */
  printed(): string;
  /** A command on the operator's machine. */
  run(words: readonly string[], input?: string): Promise<Ended>;
  /** A shell script in a host, as root. */
  host(name: string, script: string, input?: string): Promise<Ended>;
  /** The same, for a script that continues until `end`, and is started again after the host was off. `listen` gets each line. */
  watch(name: string, script: string, input: string, listen: (line: string) => void): { end(): void };
  command(...words: string[]): Promise<Ended>;
  /** What `lab status` shows, the state of its EC2 included. */
  status(): Promise<LabStatus>;
  down(): Promise<void>;
}

/** The beginning of the password of a tenant, different for each lab, because several may run at the same time. */
export const canary = (tenant: string, lab: string): string => `${tenant}-canary.${lab}.`;

/**
 * Starts a lab of this name, with more arguments for `lab up`, and replaces one that an earlier run left. With `--empty` its documents are
 * those of examples/seed, which create everything; otherwise those of the quickstart.
 */
export async function bootLab(name: string, runtime: RuntimeName = 'lxc', ...words: readonly string[]): Promise<Lab> {
  const command = (...words: string[]) => run([process.execPath, program, 'lab', ...words]);
  await must(command('down', '--name', name));
  await must(command('up', '--name', name, ...words));
  const folder = mkdtempSync(join(tmpdir(), 'lab-test-'));
  const passwords = { acme: `${canary('acme', name)}7Q$1~z;%`, globex: `${canary('globex', name)}#9k%~\`&<` };
  const example = words.includes('--empty') ? 'seed' : 'quickstart';
  const documents = writeDocuments(folder, example, passwords, runtime);
  const log = join(folder, 'reconcile.log');
  let output = '';
  const logged = () => (existsSync(log) ? readFileSync(log, 'utf8') : '');
  const record = () => aliveRecord(name);
  const place = [process.execPath, program, 'lab', 'run', '--name', name, '--', process.execPath, program];
  const keptLog = ['--log-level', 'debug', '--log-file', log];
  const reconcile = async (...words: string[]): Promise<Ended> => {
    const ended = await enter(operatorEntry(record(), [process.execPath, program, ...words, ...keptLog]));
    output += ended.out + ended.err;
    return ended;
  };
  return {
    name,
    runtime,
    containers: runtimes[runtime],
    documents,
    passwords,
    command,
    reconcile,
    begin: (...words) => {
      const child = begin([...place, ...words, ...keptLog]);
      const ended = ending(child);
      const end = () => {
        child.kill();
        return ended;
      };
      return { end };
    },
    logged,
    printed: () => output + logged(),
    run: async (words, input) => enter(operatorEntry(record(), words), input),
    host: (host, script, input) =>
      hostEntry(record(), host, ['sh', '-c', script]).then(
        (entry) => enter(entry, input),
        // As `lab exec` prints it for a host that is off or frozen.
        (error: unknown) => ({ code: 1, out: '', err: `lab: ${error instanceof Error ? error.message : error}\n` }),
      ),
    watch: (host, script, input, listen) =>
      watch(['lab', 'exec', '--name', name, host, '--', 'sh', '-c', script], input, listen),
    status: async () => {
      const status = await askStatus(record());
      if (!status) throw new Error(`lab ${name} does not answer`);
      return status;
    },
    down: async () => {
      await must(command('down', '--name', name));
      rmSync(folder, { recursive: true });
    },
  };
}

/** For a mocha suite: starts its lab before its tests, calls `first`, and stops the lab after the tests. Returns it while it is up. */
export function labFor(name: string, runtime: RuntimeName, first?: (lab: Lab) => Promise<unknown>): () => Lab {
  let lab: Lab | undefined;
  before(async () => {
    lab = await bootLab(name, runtime);
    await first?.(lab);
  });
  after(() => lab?.down());
  return () => {
    if (!lab) throw new Error('the lab is not up');
    return lab;
  };
}

/** The documents of an example, with passwords in files (so that no process has them in its environment), and with this runtime. */
function writeDocuments(
  folder: string,
  example: string,
  passwords: Readonly<Record<string, string>>,
  runtime: RuntimeName,
): string {
  const documents = join(folder, 'documents');
  const source = join(root, 'examples', example);
  const write = (path: string, text: string) => writeFileSync(path, text, { mode: 0o600 });
  rmSync(documents, { recursive: true, force: true });
  const made = mkdtempSync(`${documents}-`);
  for (const file of readdirSync(source).filter((one) => one.endsWith('.yaml'))) {
    const tenant = /^tenant-(\w+)\.yaml$/.exec(file)?.[1];
    const text = readFileSync(join(source, file), 'utf8');
    const secret = join(folder, `${tenant}.password`);
    if (tenant) write(secret, `${passwords[tenant]}\n`);
    const own = text.replace(/passwordFrom:\n\s+\w+: .*/, `passwordFrom: { file: ${secret} }`);
    const placed = own.replace('.seed/known_hosts', join(folder, 'known_hosts'));
    write(join(made, file), placed.replace(/^( +type:) (lxc|openvz)$/m, `$1 ${runtime}`));
  }
  return made;
}

export async function must(ending: Promise<Ended>): Promise<Ended> {
  const ended = await ending;
  if (ended.code !== 0) throw new Error(`exit ${ended.code}\n${ended.out}\n${ended.err}`);
  return ended;
}

/** Runs a command to its end. Standard input is empty by default. */
export function run(words: readonly string[], input = ''): Promise<Ended> {
  return withInput(begin(words), input);
}

/**
 * The same in a lab, whose namespaces it enters itself: `lab run` and `lab exec` start another Node process each time, which takes longer
 * than most commands of the tests. They are tested in lifecycle.test.ts, and used for commands that receive signals.
 */
function enter(entry: Entry, input = ''): Promise<Ended> {
  return withInput(begin([entry.program, ...entry.arguments], entry.env), input);
}

function withInput(child: ChildProcess, input: string): Promise<Ended> {
  child.stdin?.on('error', () => {});
  child.stdin?.end(input);
  return ending(child);
}

function aliveRecord(name: string): LabRecord {
  const record = readRecord(name);
  if (record !== undefined && isAlive(record)) return record;
  throw new Error(`lab ${name} is not up`);
}

function watch(words: readonly string[], input: string, listen: (line: string) => void): { end(): void } {
  let ended = false;
  let child: ChildProcess;
  const start = () => {
    child = begin([process.execPath, program, ...words]);
    child.stdin?.on('error', () => {});
    child.stdin?.write(input);
    child.stdout?.setEncoding('utf8').on('data', (chunk: string) => {
      for (const line of chunk.split('\n').filter(Boolean)) listen(line);
    });
    child.on('close', () => {
      if (!ended) setTimeout(start, 1000).unref();
    });
  };
  start();
  return {
    end: () => {
      ended = true;
      child.kill();
    },
  };
}

function begin([program = '', ...words]: readonly string[], env = process.env): ChildProcess {
  return spawn(program, words, { cwd: root, stdio: ['pipe', 'pipe', 'pipe'], env });
}

function ending(child: ChildProcess): Promise<Ended> {
  let out = '';
  let err = '';
  child.stdout?.setEncoding('utf8').on('data', (chunk: string) => (out += chunk));
  child.stderr?.setEncoding('utf8').on('data', (chunk: string) => (err += chunk));
  return new Promise((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (code) => resolve({ code: code ?? 128, out, err }));
  });
}

/** `reconcile apply`, sent SIGINT once, as soon as it prints this text. */
export function interrupted(lab: Lab, text: string): Promise<Ended> {
  const apply = [process.execPath, program, 'apply', '-f', lab.documents];
  const child = begin([process.execPath, program, 'lab', 'run', '--name', lab.name, '--', ...apply]);
  const interrupt = (chunk: string): void => {
    if (!chunk.includes(text)) return;
    child.stdout?.off('data', interrupt);
    child.kill('SIGINT');
  };
  child.stdout?.setEncoding('utf8').on('data', interrupt);
  return ending(child);
}

/** A client on the operator's machine that goes on until it is stopped, and then reports. */
export interface Client<Report> {
  stop(): Promise<Report>;
}

/** Starts a writer through the VIP. Resolves when its first write was acknowledged; stopped, it reads everything back. */
export function beginWriting(lab: Lab, port: number, password: string): Promise<Client<WriterReport>> {
  const words = ['--import', 'tsx', join(import.meta.dirname, 'writer.ts'), '10.80.1.100', String(port)];
  return beginClient(lab, words, password, 'writing');
}

/** Answers, and the longest time between two. */
export interface ReaderReport {
  readonly reads: number;
  readonly longestGapMs: number;
}

/** Starts a reader through the VIP. Resolves when its first read was answered. */
export function beginReading(lab: Lab, port: number, password: string): Promise<Client<ReaderReport>> {
  return beginClient(lab, [join(import.meta.dirname, 'reader.mjs'), '10.80.1.100', String(port)], password, 'reading');
}

/** Connections that were admitted, and those of them that the other side closed. */
export interface LeakReport {
  readonly admitted: number;
  readonly cut: number;
}

/** Opens so many connections through the VIP, and keeps them. Resolves when each was admitted or closed. */
export function beginLeaking(lab: Lab, port: number, password: string, count: number): Promise<Client<LeakReport>> {
  const words = [join(import.meta.dirname, 'idle.mjs'), '10.80.1.100', String(port), String(count)];
  return beginClient(lab, words, password, 'open');
}

/** A connection of a client: when it was admitted and when it was lost, milliseconds since 1970. */
export interface Session {
  readonly began: number;
  readonly ended?: number;
}

/** Keeps one connection through the VIP in use, and opens another whenever it is lost. Resolves when the first was admitted. */
export function beginSessions(lab: Lab, port: number, password: string): Promise<Client<readonly Session[]>> {
  const words = [join(import.meta.dirname, 'sessions.mjs'), '10.80.1.100', String(port)];
  return beginClient(lab, words, password, 'open');
}

/** Megabytes that were rewritten, and the longest time without an accepted write. */
export interface LoadReport {
  readonly megabytes: number;
  readonly longestGapMs: number;
}

/** Writes so many megabytes through the VIP, and resolves; then it rewrites them, `rate` megabytes a second. */
export function beginLoad(
  lab: Lab,
  port: number,
  password: string,
  { megabytes, rate }: { readonly megabytes: number; readonly rate: number },
): Promise<Client<LoadReport>> {
  const sizes = [megabytes, rate].map(String);
  return beginClient(
    lab,
    [join(import.meta.dirname, 'load.mjs'), '10.80.1.100', String(port), ...sizes],
    password,
    'loaded',
  );
}

/** Node with these arguments, and the password on standard input. Resolves when it writes `ready` to standard error. */
async function beginClient<Report>(
  lab: Lab,
  words: readonly string[],
  password: string,
  ready: string,
): Promise<Client<Report>> {
  const entered = ['lab', 'run', '--name', lab.name, '--', process.execPath, ...words];
  const child = begin([process.execPath, program, ...entered]);
  const ended = ending(child);
  child.stdin?.write(`${password}\n`);
  await new Promise<void>((resolve, reject) => {
    child.stderr?.on('data', (chunk: string) => chunk.includes(ready) && resolve());
    void ended.then(({ code, err }) => reject(new Error(`the client ended (${code}): ${err}`)));
  });
  return {
    stop: async () => {
      child.stdin?.end();
      const { code, out, err } = await ended;
      if (code !== 0) throw new Error(`the client ended (${code}): ${err}`);
      return JSON.parse(out) as Report;
    },
  };
}

/**
 * Awaits a condition, checked every tenth of a second; fails with the last answer when the time is up. What takes long to check is checked
 * less often: otherwise it would use the CPU time that what it waits for needs.
 */
export async function until<T>(
  what: string,
  ask: () => Promise<T>,
  fits: (answer: T) => boolean,
  seconds = 60,
): Promise<T> {
  const deadline = Date.now() + seconds * 1000;
  for (;;) {
    const begun = Date.now();
    const answer = await ask();
    if (fits(answer)) return answer;
    if (Date.now() > deadline) throw new Error(`waited ${seconds} s for ${what}; last seen: ${JSON.stringify(answer)}`);
    await new Promise((resolve) => setTimeout(resolve, Math.max(100, (Date.now() - begun) / 3)));
  }
}

/** What a command in a host printed; empty if it takes longer than 15 s: an entry into a host that is ending may never return. */
export async function printedSoon(entered: Promise<Ended>): Promise<string> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<string>((resolve) => {
    timer = setTimeout(() => resolve(''), 15_000);
  });
  const printed = await Promise.race([entered.then(({ out }) => out), late]);
  clearTimeout(timer);
  return printed.trim();
}

/** When a host's init was started: a different number after each boot. Empty while the host is off. */
export const bootOf = "cut -d' ' -f22 /proc/1/stat";

/** Awaits the end of a host's boot. It is asked again and again: `--wait` never returns if it misses the signal. */
export async function hasBooted(lab: Lab, host: string): Promise<void> {
  await until(
    `${host} to have booted`,
    () => printedSoon(lab.host(host, 'timeout 10 systemctl is-system-running --wait')),
    (state) => ['running', 'degraded'].includes(state),
    120,
  );
}
