import { fixed, lines, type Script, sh } from './lib/shell.ts';
import { reveal } from './lib/text.ts';
import { timeLimit } from './lib/time-limit.ts';

/** The result of a fact's script on a host. `exit` 124: it timed out. */
export interface ScriptResult {
  readonly exit: number;
  readonly stdout: string;
  readonly stderr: string;
  /** The output exceeded the limit and was cut. */
  readonly truncated: boolean;
}

/** Bytes of output per script. */
const outputLimit = 4 * 1024 * 1024;

/** Bytes of output of a whole batch, base64 included (four bytes for three). */
export const batchLimit = 32 * 1024 * 1024;

/**
 * The scripts of all fact requests to a host, as one script for one `sh`. Each runs from its own file in a private directory on tmpfs, in
 * parallel, without standard input, and with its own limits of time and size. Results come back one per line in base64, so that no output,
 * however hostile, can corrupt another.
 */
export function batchScript(requests: readonly { readonly script: Script; readonly seconds: number }[]): string {
  const files = requests.map(({ script }, index) => sh`printf '%s' ${reveal(script)} >"$d/${fixed(String(index))}"`);
  const runs = requests.map(({ seconds }, index) => sh`run ${index} ${seconds} &`);
  return reveal(
    lines([
      fixed(prologue),
      ...files,
      ...runs,
      fixed('wait'),
      sh`for i in ${requests.map((_, index) => index)}; do report "$i"; done`,
    ]),
  );
}

const prologue = `umask 077
export LC_ALL=C PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin
# A full tmpfs still makes directories: a file as large as scripts and results usually are shows whether there is room.
all=''
room() { # FOLDER
  if d=$(mktemp -d "$1/ec2-redis-facts.XXXXXX" 2>&1); then
    if words=$(head -c 262144 /dev/zero 2>&1 >"$d/room"); then rm "$d/room"; return; fi
    rm -rf "$d"
  else
    words=$d
  fi
  all="$all$1: \${words##*: }; "
  return 1
}
room /run || room /dev/shm || room /tmp || { echo "no files could be written (\${all%; })" >&2; exit 70; }
trap 'rm -rf "$d"' EXIT
trap 'exit 71' HUP INT TERM
${timeLimit(1)}
run() {
  # Files, not pipes, so that a process left running blocks nothing. The limit is in blocks of 512 bytes.
  ulimit -f ${outputLimit / 512 + 1}
  timeout $hard "$2" sh "$d/$1" </dev/null >"$d/$1.out" 2>"$d/$1.err"
  echo "$?" >"$d/$1.exit"
}
report() {
  err=''
  read -r exit <"$d/$1.exit" && out=$(base64 -w0 <"$d/$1.out") || return 0
  [ ! -s "$d/$1.err" ] || err=$(head -c 2000 "$d/$1.err" | base64 -w0)
  printf '%s %s =%s =%s\\n' "$1" "$exit" "$out" "$err"
}`;

/** The results in the order of the requests; undefined where none came back. */
export function readBatch(output: string, count: number): readonly (ScriptResult | undefined)[] {
  const results = new Map(output.split('\n').flatMap((line) => resultOf(line)));
  return Array.from({ length: count }, (_, index) => results.get(index));
}

function resultOf(line: string): readonly (readonly [number, ScriptResult])[] {
  const [, index, exit, out, err] = /^(\d+) (\d+) =([A-Za-z0-9+/]*=*) =([A-Za-z0-9+/]*=*)$/.exec(line) ?? [];
  if (index === undefined || exit === undefined || out === undefined || err === undefined) return [];
  const bytes = decode(out);
  const truncated = bytes.length > outputLimit;
  return [[Number(index), { exit: Number(exit), stdout: utf8(bytes), stderr: utf8(decode(err)), truncated }]];
}

function decode(base64: string): Uint8Array {
  return Uint8Array.from(atob(base64), (character) => character.charCodeAt(0));
}

function utf8(bytes: Uint8Array): string {
  return new TextDecoder().decode(bytes);
}
