import { lines, type Script, sh } from '../../renderers/shell.ts';
import type { ActionOf, DesiredFile } from './index.ts';
import type { HostVerb } from './verb.ts';

export const writeFiles: HostVerb<ActionOf<'write-files'>> = {
  via: 'host',
  host: ({ host }) => host,
  script: ({ files }) => lines(files.map(writeFile)),
  says: ({ files }) => `write ${files.map((file) => file.path).join(', ')}`,
  settlesMs: 0,
};

/** The file is never there in part, nor readable to more people than in the end: made under umask 077, given its mode, then renamed. */
export function writeFile(file: DesiredFile): Script {
  const folder = file.path.slice(0, file.path.lastIndexOf('/')) || '/';
  const draft = draftOf(file.path);
  return lines([
    sh`[ -d ${folder} ] || mkdir -p -m 0755 ${folder}`,
    // printf is the shell's own: the content is in no process's arguments.
    sh`printf '%s' ${file.content} >${draft}`,
    sh`chown ${file.owner} ${draft}; chmod ${file.mode} ${draft}; mv -fT ${draft} ${file.path}`,
  ]);
}

/**
 * Where a file is written before it gets its name. In a member's conf its user redis may make files too, links among them, which root
 * would follow out of the container: what goes there is drafted in the folder above, which is root's alone and on the same file system.
 */
function draftOf(path: string): string {
  const [, member, name] = /^(.*)\/conf\/([^/]+)$/.exec(path) ?? [];
  return member === undefined ? `${path}.new` : `${member}/.${name}.new`;
}
