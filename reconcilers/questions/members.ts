import { fixed, lines, type Script, sh } from '../../renderers/shell.ts';
import { folders } from '../marks.ts';
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

/** The listing of the members under a folder; lines of fields between tabs, the last field free text. */
export function membersScript(root: string): Script {
  return lines([sh`cd ${root} 2>/dev/null || exit 44`, fixed(listing)]);
}

// A container is known by its /etc/redis being the member's conf folder: true for every runtime that bind-mounts it. Its user redis may
// make links in there, which would lead root out of the container, and names that would read as lines of this listing: such a file is
// as good as not there.
const listing = String.raw`plain() {
  case $1 in *[!A-Za-z0-9._/-]*) return 1 ;; esac
  [ -f "$1" ] && ! [ -L "$1" ]
}
inside=$(stat -Lc '%d:%i %n' /proc/[0-9]*/root/etc/redis 2>/dev/null)
data() {
  kind=empty
  for file in "$1"/*.rdb "$1"/appendonlydir/*; do
    if [ -s "$file" ]; then kind=partial; fi
  done
  if [ "$kind" = partial ] && [ -e "$1/.complete" ]; then kind=complete; fi
  printf 'data\t%s\t%s\n' "$2" "$kind"
}
process() {
  read -r line 2>/dev/null <"/proc/$1/stat" || return 0
  case $line in
    *'(redis-server)'* | *'(redis-sentinel)'*) printf 'process\t%s\t%s\n' "$2" "$line" ;;
  esac
}
for folder in */; do
  name=${'$'}{folder%/}
  [ -d "$name/conf" ] || continue
  printf 'member\t%s\t-\n' "$name"
  for mark in "$name"/marks/*; do
    if [ -f "$mark" ] && read -r value <"$mark"; then printf 'mark\t%s\t%s\t%s\n' "$name" "${'$'}{mark##*/}" "$value"; fi
  done
  if plain "$name/conf/fence" && read -r status <"$name/conf/fence"; then printf 'fence\t%s\t%s\n' "$name" "$status"; fi
  here=$(stat -Lc '%d:%i' "$name/conf")
  seen=''
  while read -r where path; do
    [ "$where" = "$here" ] || continue
    pid=${'$'}{path#/proc/}
    pid=${'$'}{pid%%/*}
    if [ -z "$seen" ] && [ -d "/proc/$pid/root/var/lib" ]; then seen=yes && data "/proc/$pid/root/var/lib/redis" "$name"; fi
    process "$pid" "$name"
  done <<END
$inside
END
done
set --
for file in */conf/*; do if plain "$file"; then set -- "$@" "$file"; fi; done
[ $# -gt 0 ] || exit 0
stat -c 'file	%n	%a' "$@" 2>/dev/null
set --
for file in */conf/redis-run */conf/sentinel-run */conf/auth; do if plain "$file"; then set -- "$@" "$file"; fi; done
if [ $# -gt 0 ]; then sha256sum "$@" | while read -r sum file; do printf 'sum\t%s\t%s\n' "$file" "$sum"; done; fi
set --
for file in */conf/redis.conf */conf/sentinel.conf; do if plain "$file"; then set -- "$@" "$file"; fi; done
[ $# -gt 0 ] || exit 0
# What may be a secret is not even looked at here.
awk '!/^[ \t]*(#|$)/ && tolower($1) !~ /pass|auth|user|acl/ && !(tolower($1) ~ /sentinel/ && tolower($2) ~ /pass|auth|user/) { print "line\t" FILENAME "\t" $0 }' "$@"
grep -EHi '^(requirepass|masterauth|sentinel[[:space:]]+(auth-pass|sentinel-pass))[[:space:]]' "$@" | while IFS= read -r hit; do
  text=${'$'}{hit#*:}
  value=${'$'}{text##* }
  value=${'$'}{value#\"}
  value=${'$'}{value%\"}
  key=${'$'}{text%% *}
  if [ "$key" = sentinel ]; then key=${'$'}{text#* } key=${'$'}{key%% *}; fi
  sum=$(printf %s "$value" | sha256sum)
  printf 'secret\t%s\t%s\t%s\n' "${'$'}{hit%%:*}" "$key" "${'$'}{sum%% *}"
done`;

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
