import { fixed, lines, type Script, sh } from '../../renderers/shell.ts';
import type { ActionOf } from './index.ts';
import type { HostVerb } from './verb.ts';
import { vzctl } from './vzctl.ts';
import { writeFile } from './write-files.ts';

/**
 * Has OpenVZ know a container whose private area is there, with the parameters given. They are in force at once where it runs, and saved;
 * what else its configuration says is left as it is.
 */
export const containerSettings: HostVerb<ActionOf<'container-settings'>> = {
  via: 'host',
  seconds: 120,
  host: ({ host }) => host,
  script: (action) => lines([vzctl, settle(action)]),
  says: ({ name, ctid, settings }) =>
    `set ${settings.map(([option]) => option).join(', ')} of container ${name} (${ctid})`,
  settlesMs: 2_000,
};

/** The configuration if there is none, then `vzctl set`. What is there already has to say that it is this member's. */
export function settle({
  ctid,
  base,
  settings,
}: Pick<ActionOf<'container-settings'>, 'ctid' | 'base' | 'settings'>): Script {
  const options = settings.flatMap(([option, value]) => [`--${option}`, value]);
  return lines([
    sh`ctid=${ctid} conf=${base.path} mark=${base.mark}`,
    fixed(`if [ -e "$conf" ]; then
  grep -qF -e "DESCRIPTION=\\"$mark\\"" -- "$conf" || {
    echo "container $ctid does not say that it is this member's ($conf): it is left alone" >&2
    exit 1
  }
else`),
    writeFile(base),
    fixed('fi'),
    sh`vz set "$ctid" ${options} --save`,
  ]);
}
