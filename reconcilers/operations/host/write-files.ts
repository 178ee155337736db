import { lines, type Script, sh } from '../../../renderers/lib/shell.ts';
import type { ActionOf, DesiredFile } from '../actions.ts';
import type { HostOperation } from '../operation.ts';

export const writeFiles: HostOperation<ActionOf<'write-files'>> = {
  via: 'host',
  host: ({ host }) => host,
  script: ({ files }) => lines(files.map(writeFile)),
  describe: ({ files }) => `write ${files.map((file) => file.path).join(', ')}`,
  settleMs: 0,
};

/** The file is never incomplete, and never readable by more users than in the end: created with umask 077, given its mode, then renamed. */
export function writeFile(file: DesiredFile): Script {
  const folder = file.path.slice(0, file.path.lastIndexOf('/')) || '/';
  const draft = draftOf(file.path);
  return lines([
    sh`[ -d ${folder} ] || mkdir -p -m 0755 ${folder}`,
    // printf is a shell builtin, so the content does not appear in the arguments of a process.
    sh`printf '%s' ${file.content} >${draft}`,
    sh`chown ${file.owner} ${draft}; chmod ${file.mode} ${draft}; mv -fT ${draft} ${file.path}`,
  ]);
}

/**
 * Where a file is written before it is renamed. In a member's conf its user redis may create files too, and links, which root would follow
 * out of the container. So drafts of files in conf are written to the directory above, which only root can write to.
 */
function draftOf(path: string): string {
  const [, member, name] = /^(.*)\/conf\/([^/]+)$/.exec(path) ?? [];
  return member === undefined ? `${path}.new` : `${member}/.${name}.new`;
}
