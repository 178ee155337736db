import { haproxyPlaces } from '../../renderers/proxy-places.ts';
import { lines, sh } from '../../renderers/shell.ts';
import type { ActionOf } from './index.ts';
import type { HostVerb } from './verb.ts';
import { writeFile } from './write-files.ts';

const { folder } = haproxyPlaces;
const stage = `${folder}/.stage`;

/** Puts .cfg files in place once HAProxy has checked them together with those that stay. What fails its check never gets there. */
export const haproxyConfig: HostVerb<ActionOf<'haproxy-config'>> = {
  via: 'host',
  seconds: 60,
  host: ({ host }) => host,
  script: ({ files }) =>
    lines([
      sh`rm -rf ${stage}; mkdir -p -m 0755 ${folder}; mkdir -m 0700 ${stage}`,
      sh`for file in ${folder}/*.cfg; do [ ! -f "$file" ] || cp -p -- "$file" ${stage}/; done`,
      ...files.map((file) => writeFile({ ...file, path: `${stage}/${nameOf(file.path)}` })),
      sh`if ! haproxy -c -q -f ${stage} >${stage}/.log 2>&1 </dev/null; then`,
      // What HAProxy quotes of a line may be a password.
      sh`  sed 's/[0-9A-Fa-f]\\{16,\\}/***/g' ${stage}/.log | grep -v 'server state file' | head -c 2000 >&2; rm -rf ${stage}; exit 1`,
      sh`fi`,
      ...files.map((file) => sh`mv -f ${`${stage}/${nameOf(file.path)}`} ${file.path}`),
      sh`rm -rf ${stage}`,
    ]),
  says: ({ files }) => `check and write ${files.map((file) => nameOf(file.path)).join(', ')}`,
  settlesMs: 0,
};

function nameOf(path: string): string {
  return path.slice(path.lastIndexOf('/') + 1);
}
