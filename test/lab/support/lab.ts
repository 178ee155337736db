import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
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

/** A lab of this test run's own, and the quickstart's documents with passwords in files of its own. */
export interface Lab {
  readonly name: string;
  readonly runtime: RuntimeName;
  readonly containers: ContainerCommands;
  /** The documents, to be given to -f. */
  readonly documents: string;
  readonly passwords: Readonly<Record<'acme' | 'globex', string>>;
  /** `reconcile` on the operator's machine, with its log kept in full. */
  reconcile(...words: string[]): Promise<Ended>;
  /** `reconcile` that goes on until it is ended. */
  begin(...words: string[]): { end(): Promise<Ended> };
  /** What `reconcile` has logged so far: a line of JSON an event. */
  logged(): string;
  /** All that `reconcile` has printed and logged so far. */
  told(): string;
  /** A command on the operator's machine. */
  run(words: readonly string[], input?: string): Promise<Ended>;
  /** A shell script in a host, as root. */
  host(name: string, script: string, input?: string): Promise<Ended>;
  /** The same, for a script that goes on until it is ended; it is begun again when the host was away. Tells each line. */
  watch(name: string, script: string, input: string, tell: (line: string) => void): { end(): void };
  command(...words: string[]): Promise<Ended>;
  down(): Promise<void>;
}

/** What the password of a lab's tenant begins with: of this lab alone, because several may run at the same time. */
export const canary = (tenant: string, lab: string): string => `${tenant}-canary.${lab}.`;

/**
 * Boots a lab of this name, with further words for `lab up`; one left by an earlier run is replaced. With `--empty` its documents are those of
 * examples/seed, which make everything from nothing; else those of the quickstart.
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
  let printed = '';
  const logged = () => (existsSync(log) ? readFileSync(log, 'utf8') : '');
  const place = [process.execPath, program, 'lab', 'run', '--name', name, '--', process.execPath, program];
  const keptLog = ['--log-level', 'debug', '--log-file', log];
  const reconcile = async (...words: string[]): Promise<Ended> => {
    const ended = await run([...place, ...words, ...keptLog]);
    printed += ended.out + ended.err;
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
    told: () => printed + logged(),
    run: (words, input) => run([process.execPath, program, 'lab', 'run', '--name', name, '--', ...words], input),
    host: (host, script, input) =>
      run([process.execPath, program, 'lab', 'exec', '--name', name, host, '--', 'sh', '-c', script], input),
    watch: (host, script, input, tell) =>
      watch(['lab', 'exec', '--name', name, host, '--', 'sh', '-c', script], input, tell),
    down: async () => {
      await must(command('down', '--name', name));
      rmSync(folder, { recursive: true });
    },
  };
}

/** For a suite of mocha's: boots its lab before its tests, does what is to be done first, and ends the lab after them. Yields it while it is up. */
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

/** An example's documents, but for where passwords come from (files, so that no process has them in its environment) and the runtime. */
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

/** Runs a command to its end. Standard input is empty unless given. */
export function run(words: readonly string[], input = ''): Promise<Ended> {
  const child = begin(words);
  child.stdin?.on('error', () => {});
  child.stdin?.end(input);
  return ending(child);
}

function watch(words: readonly string[], input: string, tell: (line: string) => void): { end(): void } {
  let ended = false;
  let child: ChildProcess;
  const start = () => {
    child = begin([process.execPath, program, ...words]);
    child.stdin?.on('error', () => {});
    child.stdin?.write(input);
    child.stdout?.setEncoding('utf8').on('data', (chunk: string) => {
      for (const line of chunk.split('\n').filter(Boolean)) tell(line);
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

function begin([program = '', ...words]: readonly string[]): ChildProcess {
  return spawn(program, words, { cwd: root, stdio: ['pipe', 'pipe', 'pipe'] });
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

/** `reconcile apply`, sent SIGINT once, as soon as it says these words. */
export function interrupted(lab: Lab, words: string): Promise<Ended> {
  const apply = [process.execPath, program, 'apply', '-f', lab.documents];
  const child = begin([process.execPath, program, 'lab', 'run', '--name', lab.name, '--', ...apply]);
  const interrupt = (chunk: string): void => {
    if (!chunk.includes(words)) return;
    child.stdout?.off('data', interrupt);
    child.kill('SIGINT');
  };
  child.stdout?.setEncoding('utf8').on('data', interrupt);
  return ending(child);
}

export interface Writer {
  /** Stops writing, reads everything back, and reports. */
  stop(): Promise<WriterReport>;
}

/** A writer through the VIP; resolves when its first write was acknowledged. */
export async function beginWriting(lab: Lab, port: number, password: string): Promise<Writer> {
  const words = [
    process.execPath,
    '--import',
    'tsx',
    join(import.meta.dirname, 'writer.ts'),
    '10.80.1.100',
    String(port),
  ];
  const child = begin([process.execPath, program, 'lab', 'run', '--name', lab.name, '--', ...words]);
  const ended = ending(child);
  child.stdin?.write(`${password}\n`);
  await new Promise<void>((resolve, reject) => {
    child.stderr?.on('data', (chunk: string) => chunk.includes('writing') && resolve());
    void ended.then(({ code, err }) => reject(new Error(`the writer ended (${code}): ${err}`)));
  });
  return {
    stop: async () => {
      child.stdin?.end();
      const { code, out, err } = await ended;
      if (code !== 0) throw new Error(`the writer ended (${code}): ${err}`);
      return JSON.parse(out) as WriterReport;
    },
  };
}

/** Awaits a condition, asking every tenth of a second; fails with the last answer when the time is up. */
export async function until<T>(
  what: string,
  ask: () => Promise<T>,
  fits: (answer: T) => boolean,
  seconds = 60,
): Promise<T> {
  const deadline = Date.now() + seconds * 1000;
  for (;;) {
    const answer = await ask();
    if (fits(answer)) return answer;
    if (Date.now() > deadline) throw new Error(`waited ${seconds} s for ${what}; last seen: ${JSON.stringify(answer)}`);
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}
