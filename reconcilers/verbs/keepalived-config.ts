import { vipPlaces } from '../../renderers/proxy-places.ts';
import { lines, sh } from '../../renderers/shell.ts';
import type { ActionOf } from './index.ts';
import type { HostVerb } from './verb.ts';
import { writeFile } from './write-files.ts';

/** Puts keepalived.conf in place once keepalived has checked it. The stamp goes first: until a start or reload writes it anew, nobody vouches. */
export const keepalivedConfig: HostVerb<ActionOf<'keepalived-config'>> = {
  via: 'host',
  host: ({ host }) => host,
  script: ({ file }) => {
    const draft = `${file.path}.draft`;
    return lines([
      writeFile({ ...file, path: draft }),
      // keepalived passes over a file that it does not like, and exits 0: any word of it is a no.
      sh`said=$(timeout 20 keepalived --config-test --use-file=${draft} --log-console 2>&1 </dev/null) && [ -z "$said" ] || {`,
      sh`  printf '%s\\n' "$said" | head -c 2000 >&2; rm -f ${draft}; exit 1; }`,
      sh`rm -f ${vipPlaces.stamp}`,
      sh`mv -f ${draft} ${file.path}`,
    ]);
  },
  says: ({ file }) => `check and write ${file.path}`,
  settlesMs: 0,
};
