import { containerMarkOf } from '../../../renderers/container/marker.ts';
import { folders } from '../../../renderers/lib/markers.ts';
import { fixed, lines, type Script, sh } from '../../../renderers/lib/shell.ts';
import { vzPlaces } from '../../../renderers/openvz/openvz-conf.ts';
import { vznetPlaces } from '../../../renderers/openvz/vznet.ts';
import type { ActionOf } from '../actions.ts';
import { writeFile } from '../host/write-files.ts';
import type { HostOperation } from '../operation.ts';
import { vzctl } from './vzctl.ts';

/**
 * Sets parameters of a container whose private area exists, and registers it with OpenVZ if it is unknown. They are saved, and take effect
 * at once if it runs. Everything else in its configuration is left unchanged.
 */
export const containerSettings: HostOperation<ActionOf<'container-settings'>> = {
  via: 'host',
  seconds: 120,
  host: ({ host }) => host,
  script: (action) => lines([vzctl, applySettings(action)]),
  describe: ({ name, ctid, settings }) =>
    `set ${settings.map(([option]) => option).join(', ')} of container ${name} (${ctid})`,
  settleMs: 2_000,
};

/**
 * Writes the configuration if there is none, then calls `vzctl set`. An existing one must carry this member's marker. Scripts of this member for
 * another number, which a registration with its former VLAN left behind when it was interrupted, are removed before.
 */
export function applySettings({
  ctid,
  base,
  settings,
}: Pick<ActionOf<'container-settings'>, 'ctid' | 'base' | 'settings'>): Script {
  const options = settings.flatMap(([option, value]) => [`--${option}`, value]);
  return lines([
    sh`ctid=${ctid} conf=${base.path} mark=${base.mark} places=${vzPlaces.conf} ports=${vznetPlaces.ports}`,
    sh`mounts=${`folder='${folders.state}/members/${memberOf(base.mark)}'`}`,
    fixed(`if [ -e "$conf" ]; then
  grep -qF -e "DESCRIPTION=\\"$mark\\"" -- "$conf" || {
    echo "container $ctid does not carry this member's marker ($conf); it is left unchanged" >&2
    exit 1
  }
else
  for script in "$places"/*.mount; do
    [ -f "$script" ] || continue
    other=\${script##*/}
    other=\${other%.mount}
    case $other in "$ctid" | *[!0-9]*) continue ;; esac
    if [ ! -e "$places/$other.conf" ] && grep -qF -e "$mounts" -- "$script"; then
      rm -f -- "$ports/ct$((other - 10000))" "$places/$other.umount" "$script"
    fi
  done`),
    writeFile(base),
    fixed('fi'),
    sh`vz set "$ctid" ${options} --save`,
  ]);
}

/** The name of the container in a marker. */
function memberOf(mark: string): string {
  const { tenant = '', member = '' } = containerMarkOf(mark) ?? {};
  return `${tenant}-${member}`;
}
