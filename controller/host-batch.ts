import type { HostAnswer } from '../reconcilers/questions/sense.ts';
import { fixed, lines, type Script, sh } from '../renderers/shell.ts';
import { reveal } from '../renderers/text.ts';
import { timeLimit } from './time-limit.ts';

/** Octets that one question may answer. */
const answerLimit = 4 * 1024 * 1024;

/** Octets that a whole batch may answer: base64 makes four of three. */
export const batchLimit = 32 * 1024 * 1024;

/**
 * All questions of a host as one script for one `sh`. Each runs from a file of its own in a private folder on tmpfs, with no
 * standard input, its own time and size limit, beside the others. Answers come back one a line, base64, so that no output,
 * however hostile, can spoil another.
 */
export function batchScript(questions: readonly { readonly script: Script; readonly seconds: number }[]): string {
  const files = questions.map(({ script }, index) => sh`printf '%s' ${reveal(script)} >"$d/${fixed(String(index))}"`);
  const asks = questions.map(({ seconds }, index) => sh`ask ${index} ${seconds} &`);
  return reveal(
    lines([
      fixed(prologue),
      ...files,
      ...asks,
      fixed('wait'),
      sh`for i in ${questions.map((_, index) => index)}; do tell "$i"; done`,
    ]),
  );
}

const prologue = `umask 077
export LC_ALL=C PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin
for base in /run /dev/shm /tmp; do d=$(mktemp -d "$base/ec2-redis-ask.XXXXXX" 2>/dev/null) && break; done
[ -n "$d" ] || { echo "no folder for the questions could be made under /run, /dev/shm or /tmp" >&2; exit 70; }
trap 'rm -rf "$d"' EXIT
trap 'exit 71' HUP INT TERM
${timeLimit(1)}
ask() {
  # Files, not pipes: what a question leaves running holds nobody up. The limit is in blocks of 512 octets.
  (ulimit -f ${answerLimit / 512 + 1}; timeout $hard "$2" sh "$d/$1" </dev/null >"$d/$1.out" 2>"$d/$1.err")
  echo "$?" >"$d/$1.exit"
}
tell() {
  printf '%s %s %s %s\\n' "$1" "$(cat "$d/$1.exit")" "=$(base64 -w0 <"$d/$1.out")" "=$(head -c 2000 "$d/$1.err" | base64 -w0)"
}`;

/** The answers in the order of the questions; undefined where none came back. */
export function readBatch(output: string, count: number): readonly (HostAnswer | undefined)[] {
  const answers = new Map(output.split('\n').flatMap((line) => answerOf(line)));
  return Array.from({ length: count }, (_, index) => answers.get(index));
}

function answerOf(line: string): readonly (readonly [number, HostAnswer])[] {
  const [, index, exit, out, err] = /^(\d+) (\d+) =([A-Za-z0-9+/]*=*) =([A-Za-z0-9+/]*=*)$/.exec(line) ?? [];
  if (index === undefined || exit === undefined || out === undefined || err === undefined) return [];
  const bytes = decode(out);
  const truncated = bytes.length > answerLimit;
  return [[Number(index), { exit: Number(exit), stdout: utf8(bytes), stderr: utf8(decode(err)), truncated }]];
}

function decode(base64: string): Uint8Array {
  return Uint8Array.from(atob(base64), (character) => character.charCodeAt(0));
}

function utf8(bytes: Uint8Array): string {
  return new TextDecoder().decode(bytes);
}
