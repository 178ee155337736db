import { lines, sh } from '../../../../renderers/lib/shell.ts';
import { type FileFacts, fileOf } from '../files.ts';

/** Files of package repositories, and their keys. */
export const filesScript = (paths: readonly string[]) =>
  lines([
    sh`for file in ${paths}; do`,
    sh`  if ! [ -f "$file" ]; then continue; fi`,
    sh`  sum=$(sha256sum <"$file") && stat -c "file %a %U \${sum%% *} %n" -- "$file" || exit 1`,
    sh`done`,
  ]);

export function filesOf(after: (word: string) => readonly string[]): readonly FileFacts[] {
  return after('file').map(fileOf);
}
