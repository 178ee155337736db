import { fixed, lines, sh } from '../../../renderers/lib/shell.ts';
import type { HostProbe } from '../fact.ts';
import { whole } from '../script-result.ts';

export interface FileFacts {
  readonly path: string;
  /** Octal, as stat prints it: `640`. */
  readonly mode: string;
  readonly owner: string;
  readonly sha256: string;
}

interface Args {
  readonly paths: readonly string[];
  /** A directory whose files are listed as well. */
  readonly within?: string;
}

export const files: HostProbe<Args, readonly FileFacts[]> = {
  via: 'host',
  script: ({ paths, within }) =>
    lines([
      sh`set -- ${paths}`,
      ...(within === undefined ? [] : [sh`within=${within}`, fixed(listing)]),
      fixed('for file in "$@"; do'),
      sh`  [ -f "$file" ] || continue`,
      sh`  sum=$(sha256sum <"$file") && stat -c "%a %U \${sum%% *} %n" -- "$file" || exit 1`,
      sh`done`,
    ]),
  read: (raw) => whole(raw, (stdout) => stdout.split('\n').filter(Boolean).map(fileOf)),
};

const listing = `for file in "$within"/*; do
  case $file in *[!A-Za-z0-9._/@-]*) continue ;; esac
  case " $* " in *" $file "*) ;; *) set -- "$@" "$file" ;; esac
done`;

export function fileOf(line: string): FileFacts {
  const [, mode, owner, sha256, path] = /^(\d+) (\S+) ([0-9a-f]{64}) (.+)$/.exec(line) ?? [];
  if (!mode || !owner || !sha256 || !path) throw new Error(`not a line about a file: ${line}`);
  return { path, mode, owner, sha256 };
}
