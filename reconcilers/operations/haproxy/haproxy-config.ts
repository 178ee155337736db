import { haproxyPlaces } from '../../../renderers/lib/proxy-paths.ts';
import { lines, sh } from '../../../renderers/lib/shell.ts';
import type { ActionOf } from '../actions.ts';
import { writeFile } from '../host/write-files.ts';
import type { HostOperation } from '../operation.ts';

const { folder } = haproxyPlaces;
const stage = `${folder}/.stage`;

/** Writes .cfg files after HAProxy has validated them together with the unchanged ones. Files that fail the check are never installed. */
export const haproxyConfig: HostOperation<ActionOf<'haproxy-config'>> = {
  via: 'host',
  seconds: 60,
  host: ({ host }) => host,
  script: ({ files }) =>
    lines([
      sh`rm -rf ${stage}; mkdir -p -m 0755 ${folder}; mkdir -m 0700 ${stage}`,
      sh`for file in ${folder}/*.cfg; do [ ! -f "$file" ] || cp -p -- "$file" ${stage}/; done`,
      ...files.map((file) => writeFile({ ...file, path: `${stage}/${nameOf(file.path)}` })),
      sh`if ! haproxy -c -q -f ${stage} >${stage}/.log 2>&1 </dev/null; then`,
      // A line that HAProxy quotes may contain a password.
      sh`  sed 's/[0-9A-Fa-f]\\{16,\\}/***/g' ${stage}/.log | grep -v 'server state file' | head -c 2000 >&2; rm -rf ${stage}; exit 1`,
      sh`fi`,
      ...files.map((file) => sh`mv -f ${`${stage}/${nameOf(file.path)}`} ${file.path}`),
      sh`rm -rf ${stage}`,
    ]),
  describe: ({ files }) => `validate and write ${files.map((file) => nameOf(file.path)).join(', ')}`,
  settleMs: 0,
};

function nameOf(path: string): string {
  return path.slice(path.lastIndexOf('/') + 1);
}
