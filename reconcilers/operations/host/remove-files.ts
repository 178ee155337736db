import { header } from '../../../renderers/lib/header.ts';
import { fixed, lines, sh } from '../../../renderers/lib/shell.ts';
import type { ActionOf } from '../actions.ts';
import type { HostOperation } from '../operation.ts';

/** Removes managed files. If one of them is a link, or does not begin with our header line, nothing is removed. */
export const removeFiles: HostOperation<ActionOf<'remove-files'>> = {
  via: 'host',
  host: ({ host }) => host,
  script: ({ paths }) =>
    lines([
      sh`header=${header.trim()}`,
      sh`set -- ${paths}`,
      fixed(`for file in "$@"; do
  [ -e "$file" ] || [ -L "$file" ] || continue
  first=''
  if [ -f "$file" ] && ! [ -L "$file" ]; then read -r first <"$file" || :; fi
  [ "$first" = "$header" ] || { echo "$file has no marker of this operator: check it, and remove it manually" >&2; exit 1; }
done
rm -f -- "$@"`),
    ]),
  describe: ({ paths }) => `remove ${paths.join(', ')}`,
  settleMs: 0,
};
