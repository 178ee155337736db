import { folders } from '../../../renderers/lib/markers.ts';
import type { HostProbe } from '../fact.ts';
import { whole } from '../script-result.ts';
import { type LastWords, lastWordsOf } from './last-words.ts';
import { membersScript } from './members-script.ts';

/** A member's directory on its host, and the processes in its container. It holds the SHA-256 of secrets, never a secret. */
export interface MemberFacts {
  /** `acme-r1` */
  readonly name: string;
  readonly marks: Readonly<Record<string, string>>;
  /** Files in `conf`, by name. `sha256` only for redis-run, sentinel-run and auth. */
  readonly files: Readonly<Record<string, MemberFile>>;
  /** Lines of redis.conf and sentinel.conf, without those that hold secrets. */
  readonly lines: Readonly<Record<string, readonly string[]>>;
  /** SHA-256 of a secret's value, by file and name: `redis.conf masterauth`, `sentinel.conf auth-pass`. Several, with spaces, of `user`. */
  readonly secrets: Readonly<Record<string, string>>;
  /** The last report of the start guard: its state, and a sentence. */
  readonly startGuard: { readonly state: string; readonly words: string } | undefined;
  /** How often in a row Redis exited within a minute of its start, since redis.conf was last written; and its last message. */
  readonly exits: { readonly times: number; readonly lastLog: string } | undefined;
  /** The same of Sentinel, since its sentinel.conf was last written. Its first start counts no exit. */
  readonly sentinelExits: MemberFacts['exits'];
  /** What Redis and Sentinel logged lately that names a cause; the last message of each kind, the latest one last. */
  readonly said: readonly LastWords[];
  /** Processes that the kernel has killed for lack of memory since the container was started. Undefined: not known, or it does not run. */
  readonly memoryKills: number | undefined;
  /** Redis and Sentinel servers in the container, without their forked children. */
  readonly processes: readonly MemberProcess[];
  /** Undefined while the container does not run: its disk cannot be read then. */
  readonly data: 'complete' | 'partial' | 'empty' | undefined;
  /** Bytes of the disk with its data, in total and free for Redis, which is not root. Undefined while the container does not run. */
  readonly disk: { readonly totalBytes: number; readonly freeBytes: number } | undefined;
}

export interface MemberFile {
  readonly mode: string;
  readonly sha256: string | undefined;
}

export interface MemberProcess {
  /** By its name in Redis, also if it is Valkey's. */
  readonly command: 'redis-server' | 'redis-sentinel';
  readonly pid: number;
  /** As in /proc/PID/stat: R, S, D, T (stopped by a signal), Z. */
  readonly state: string;
}

/** One listing per host, however many members. */
export const members: HostProbe<object, readonly MemberFacts[]> = {
  via: 'host',
  script: () => membersScript(`${folders.state}/members`),
  read: (raw) => whole(raw, membersOf),
};

function membersOf(stdout: string): readonly MemberFacts[] {
  const rows = stdout
    .split('\n')
    .filter(Boolean)
    .map((line) => line.split('\t'));
  const of = (kind: string) => rows.filter((row) => row[0] === kind);
  return of('member').map(([, name = '']) => {
    const own = (kind: string) => of(kind).filter((row) => row[1] === name);
    const inConf = (kind: string) => of(kind).flatMap((row) => fileRow(row, name));
    const sums = new Map(inConf('sum').map(({ file, rest }) => [file, rest[0]]));
    return {
      name,
      marks: Object.fromEntries(own('mark').map(([, , mark, value]) => [mark, value ?? ''])),
      files: Object.fromEntries(
        inConf('file').map(({ file, rest }) => [file, { mode: rest[0] ?? '', sha256: sums.get(file) }]),
      ),
      lines: grouped(inConf('line').map(({ file, rest }) => [file, rest.join('\t')] as const)),
      secrets: Object.fromEntries(inConf('secret').map(({ file, rest }) => [`${file} ${rest[0]}`, rest[1] ?? ''])),
      startGuard: startGuardOf(own('start-guard')[0]?.[2]),
      exits: exitsOf(own('exits')[0]),
      sentinelExits: exitsOf(own('sentinel-exits')[0]),
      said: own('said').flatMap((row) => lastWordsOf(row.slice(2)) ?? []),
      memoryKills: countOf(own('kills')[0]?.[2]),
      processes: processesOf(own('process').map((row) => row[2] ?? '')),
      data: dataOf(own('data')[0]?.[2]),
      disk: diskOf(own('data')[0]?.[3]),
    };
  });
}

function fileRow([, path = '', ...rest]: readonly string[], name: string): readonly { file: string; rest: string[] }[] {
  const prefix = `${name}/conf/`;
  return path.startsWith(prefix) ? [{ file: path.slice(prefix.length), rest }] : [];
}

function grouped(pairs: readonly (readonly [string, string])[]): Readonly<Record<string, readonly string[]>> {
  const groups = new Map<string, string[]>();
  for (const [key, value] of pairs) groups.set(key, [...(groups.get(key) ?? []), value]);
  return Object.fromEntries(groups);
}

function startGuardOf(line: string | undefined): MemberFacts['startGuard'] {
  if (line === undefined) return undefined;
  const space = line.indexOf(' ');
  return space < 0 ? { state: line, words: '' } : { state: line.slice(0, space), words: line.slice(space + 1) };
}

function exitsOf(row: readonly string[] | undefined): MemberFacts['exits'] {
  const [, , times = '', ...words] = row ?? [];
  return /^\d+$/.test(times) ? { times: Number(times), lastLog: words.join(' ').trim() } : undefined;
}

function countOf(word: string | undefined): number | undefined {
  return word !== undefined && /^\d+$/.test(word) ? Number(word) : undefined;
}

function processesOf(stats: readonly string[]): readonly MemberProcess[] {
  const all = stats.map((line) => {
    const [, pid, server, state, parent] = /^(\d+) \((?:redis|valkey)-(server|sentinel)\) (\S) (\d+) /.exec(line) ?? [];
    if (!pid || !server || !state) throw new Error(`not the line of a process: ${line}`);
    return { command: `redis-${server}` as MemberProcess['command'], pid: Number(pid), state, parent: Number(parent) };
  });
  return all
    .filter(({ parent, state }) => state !== 'Z' && !all.some((other) => other.pid === parent))
    .map(({ command, pid, state }) => ({ command, pid, state }));
}

/** Block size, blocks, and free blocks of statfs(2). */
function diskOf(words: string | undefined): MemberFacts['disk'] {
  const [size, total, free] = (words ?? '').split(' ').map(Number);
  if (!size || total === undefined || free === undefined) return undefined;
  return { totalBytes: size * total, freeBytes: size * free };
}

function dataOf(word: string | undefined): MemberFacts['data'] {
  if (word === undefined || word === 'complete' || word === 'partial' || word === 'empty') return word;
  throw new Error(`not a state of data: ${word}`);
}
