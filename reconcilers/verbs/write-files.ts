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
  const draft = `${file.path}.new`;
  return lines([
    sh`[ -d ${folder} ] || mkdir -p -m 0755 ${folder}`,
    // printf is the shell's own: the content is in no process's arguments.
    sh`printf '%s' ${file.content} >${draft}`,
    sh`chown ${file.owner} ${draft}; chmod ${file.mode} ${draft}; mv -f ${draft} ${file.path}`,
  ]);
}
