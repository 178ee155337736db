import { folders, formerVipsMark } from '../../../renderers/lib/markers.ts';
import { vipPlaces } from '../../../renderers/lib/proxy-paths.ts';
import { lines, sh } from '../../../renderers/lib/shell.ts';
import type { ActionOf } from '../actions.ts';
import { writeFile } from '../host/write-files.ts';
import type { HostOperation } from '../operation.ts';

/**
 * Writes keepalived.conf after keepalived has validated it. The stamp is removed first: until the next start or reload writes it again, the
 * loaded configuration counts as unknown.
 */
export const keepalivedConfig: HostOperation<ActionOf<'keepalived-config'>> = {
  via: 'host',
  host: ({ host }) => host,
  script: ({ file }) => {
    const draft = `${file.path}.draft`;
    return lines([
      writeFile({ ...file, path: draft }),
      // keepalived ignores an invalid file and exits with 0, so any output counts as a rejection.
      sh`output=$(timeout 20 keepalived --config-test --use-file=${draft} --log-console 2>&1 </dev/null) && [ -z "$output" ] || {`,
      sh`  printf '%s\\n' "$output" | head -c 2000 >&2; rm -f ${draft}; exit 1; }`,
      // EC2 keeps an earlier virtual IP on an interface, and nothing else would show that it was one.
      sh`address() { sed -n 's|^ *\\([0-9.]*\\)/32 dev .*|\\1|p' "$1" 2>/dev/null; }`,
      sh`former=$(address ${file.path}) || :; mkdir -p -m 0755 ${folders.state}`,
      sh`if [ -n "$former" ] && [ "$former" != "$(address ${draft})" ] && ! grep -qxF "$former" ${formerVipsMark} 2>/dev/null; then`,
      sh`  printf '%s\\n' "$former" >>${formerVipsMark}`,
      sh`fi`,
      sh`rm -f ${vipPlaces.stamp}`,
      sh`mv -f ${draft} ${file.path}`,
    ]);
  },
  describe: ({ file }) => `validate and write ${file.path}`,
  settleMs: 0,
};
