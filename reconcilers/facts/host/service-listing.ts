import { type Script, sh } from '../../../renderers/lib/shell.ts';
import type { FileFacts } from './files.ts';

/** Prints `stat MODE OWNER PATH` and `sum SHA256  PATH` for each path that is a file, with two processes in all. */
export function listingScript(): Script {
  return sh`present=
for file in "$@"; do
  shift
  if [ -f "$file" ]; then set -- "$@" "$file"; present=1; fi
done
[ -z "$present" ] || { stat -c 'stat %a %U %n' -- "$@" && sha256sum -- "$@" | sed 's/^/sum /'; } || exit 1
`;
}

/** Reads the output of `listingScript`, and ignores other lines. */
export function readListing(lines: readonly string[]): readonly FileFacts[] {
  const sums = new Map(
    lines.flatMap((line) => {
      const [, sha256, path] = /^sum ([0-9a-f]{64}) [ *](.+)$/.exec(line) ?? [];
      return sha256 && path ? [[path, sha256] as const] : [];
    }),
  );
  return lines.flatMap((line) => {
    const [, mode, owner, path] = /^stat (\d+) (\S+) (.+)$/.exec(line) ?? [];
    const sha256 = sums.get(path ?? '');
    return mode && owner && path && sha256 ? [{ path, mode, owner, sha256 }] : [];
  });
}
