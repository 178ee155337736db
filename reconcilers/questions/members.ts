import { folders } from '../marks.ts';
import { membersScript } from './members-script.ts';
import { whole } from './reading.ts';
import type { HostSense } from './sense.ts';

/** A member's folder on its host, and what its container runs. Holds no secret: of secrets there is a SHA-256. */
export interface MemberFacts {
  /** `acme-r1` */
  readonly name: string;
  readonly marks: Readonly<Record<string, string>>;
  /** Files in `conf`, by name. `sha256` of redis-run, sentinel-run and auth only. */
  readonly files: Readonly<Record<string, MemberFile>>;
  /** Lines of redis.conf and sentinel.conf, those with secrets left out. */
  readonly lines: Readonly<Record<string, readonly string[]>>;
  /** SHA-256 of a secret's value, by file and name: `redis.conf masterauth`, `sentinel.conf auth-pass`. */
  readonly secrets: Readonly<Record<string, string>>;
  /** What the fence last said: its state, and a sentence. */
  readonly fence: { readonly state: string; readonly words: string } | undefined;
  /** Redis ended within a minute of its start, so often in a row, since redis.conf was last written; and what it said last. */
  readonly exits: { readonly times: number; readonly words: string } | undefined;
  /** Redis and Sentinel servers in the container; a server's forked children left out. */
  readonly processes: readonly MemberProcess[];
  /** Undefined while the container does not run: its disk cannot be seen then. */
  readonly data: 'complete' | 'partial' | 'empty' | undefined;
}

export interface MemberFile {
  readonly mode: string;
  readonly sha256: string | undefined;
}

export interface MemberProcess {
  readonly command: 'redis-server' | 'redis-sentinel';
  readonly pid: number;
  /** As in /proc/PID/stat: R, S, D, T (stopped by a signal), Z. */
  readonly state: string;
}

/** One listing a host, however many members. */
export const members: HostSense<object, readonly MemberFacts[]> = {
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
      fence: fenceOf(own('fence')[0]?.[2]),
      exits: exitsOf(own('exits')[0]),
      processes: processesOf(own('process').map((row) => row[2] ?? '')),
      data: dataOf(own('data')[0]?.[2]),
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

function fenceOf(line: string | undefined): MemberFacts['fence'] {
  if (line === undefined) return undefined;
  const space = line.indexOf(' ');
  return space < 0 ? { state: line, words: '' } : { state: line.slice(0, space), words: line.slice(space + 1) };
}

function exitsOf(row: readonly string[] | undefined): MemberFacts['exits'] {
  const [, , times = '', ...words] = row ?? [];
  return /^\d+$/.test(times) ? { times: Number(times), words: words.join(' ').trim() } : undefined;
}

function processesOf(stats: readonly string[]): readonly MemberProcess[] {
  const all = stats.map((line) => {
    const [, pid, command, state, parent] = /^(\d+) \((redis-server|redis-sentinel)\) (\S) (\d+) /.exec(line) ?? [];
    if (!pid || !command || !state) throw new Error(`not a process's line: ${line}`);
    return { command: command as MemberProcess['command'], pid: Number(pid), state, parent: Number(parent) };
  });
  return all
    .filter(({ parent, state }) => state !== 'Z' && !all.some((other) => other.pid === parent))
    .map(({ command, pid, state }) => ({ command, pid, state }));
}

function dataOf(word: string | undefined): MemberFacts['data'] {
  if (word === undefined || word === 'complete' || word === 'partial' || word === 'empty') return word;
  throw new Error(`not a state of data: ${word}`);
}
