import { fixed, lines, sh } from '../../renderers/shell.ts';
import { whole } from './reading.ts';
import type { HostSense } from './sense.ts';

export interface FileFacts {
  readonly path: string;
  /** Octal, as stat prints it: `640`. */
  readonly mode: string;
  readonly owner: string;
  readonly sha256: string;
}

interface Args {
  readonly paths: readonly string[];
  readonly within?: string;
}

export const files: HostSense<Args, readonly FileFacts[]> = {
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
  if (!mode || !owner || !sha256 || !path) throw new Error(`not a file's line: ${line}`);
  return { path, mode, owner, sha256 };
}
