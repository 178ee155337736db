import { header } from '../../renderers/header.ts';
import { fixed, lines, sh } from '../../renderers/shell.ts';
import type { ActionOf } from './index.ts';
import type { HostVerb } from './verb.ts';

/** Removes files of ours. A link, or a file whose first line does not say that it is ours, is left alone: then nothing is removed. */
export const removeFiles: HostVerb<ActionOf<'remove-files'>> = {
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
  [ "$first" = "$header" ] || { echo "$file does not say that it is ours: look at it, and remove it by hand" >&2; exit 1; }
done
rm -f -- "$@"`),
    ]),
  says: ({ paths }) => `remove ${paths.join(', ')}`,
  settlesMs: 0,
};
