import { markers } from '../../../renderers/lib/markers.ts';
import { lines, sh } from '../../../renderers/lib/shell.ts';
import { permitFile } from '../../../renderers/redis/start-guard.ts';
import type { ActionOf } from '../actions.ts';
import type { HostOperation } from '../operation.ts';

/** A marker is written once and never changed: it fails if the marker exists with another value, whoever wrote it. */
export const memberMark: HostOperation<ActionOf<'member-mark'>> = {
  via: 'host',
  host: ({ host }) => host,
  script: ({ folder, mark, value }) =>
    lines([
      sh`cd ${folder}`,
      sh`[ -d marks ] || mkdir -m 0700 marks`,
      sh`printf '%s\\n' ${value} >marks/.${mark}.$$`,
      // Creating a hard link is atomic: of two concurrent runs, exactly one succeeds.
      sh`ln marks/.${mark}.$$ marks/${mark} 2>/dev/null || :`,
      sh`rm -f marks/.${mark}.$$`,
      sh`read -r have <marks/${mark}`,
      sh`[ "$have" = ${value} ] || { echo "the marker $PWD/marks/"${mark}" is $have already" >&2; exit 1; }`,
      // It must survive a power failure: later steps rely on it.
      sh`sync marks/${mark} marks`,
      ...(mark === markers.bootstrapped ? [sh`rm -f conf/${permitFile}`] : []),
    ]),
  describe: ({ folder, mark, value }) => `set marker ${mark}=${value} on ${folder.slice(folder.lastIndexOf('/') + 1)}`,
  settleMs: 0,
};
