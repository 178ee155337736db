import { permitFile } from '../../renderers/redis-fence.ts';
import { lines, sh } from '../../renderers/shell.ts';
import { marks } from '../marks.ts';
import type { ActionOf } from './index.ts';
import type { HostVerb } from './verb.ts';

/** A mark is made once and never changed: another value that is there already is a failure, whoever wrote it. */
export const memberMark: HostVerb<ActionOf<'member-mark'>> = {
  via: 'host',
  host: ({ host }) => host,
  script: ({ folder, mark, value }) =>
    lines([
      sh`cd ${folder}`,
      sh`[ -d marks ] || mkdir -m 0700 marks`,
      sh`printf '%s\\n' ${value} >marks/.${mark}.$$`,
      // A hard link is made or refused in one step: of two runs that race, one wins whole.
      sh`ln marks/.${mark}.$$ marks/${mark} 2>/dev/null || :`,
      sh`rm -f marks/.${mark}.$$`,
      sh`read -r have <marks/${mark}`,
      sh`[ "$have" = ${value} ] || { echo "the mark $PWD/marks/"${mark}" says $have already" >&2; exit 1; }`,
      // It must outlive a loss of power: what follows relies on it.
      sh`sync marks/${mark} marks`,
      ...(mark === marks.bootstrapped ? [sh`rm -f conf/${permitFile}`] : []),
    ]),
  says: ({ folder, mark, value }) => `mark ${folder.slice(folder.lastIndexOf('/') + 1)}: ${mark}=${value}`,
  settlesMs: 0,
};
