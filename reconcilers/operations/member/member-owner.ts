import { folders } from '../../../renderers/lib/markers.ts';
import { fixed, lines, type Script, sh } from '../../../renderers/lib/shell.ts';
import { lxcRoot } from '../../../renderers/lxc/lxc-config.ts';
import type { MemberOwner } from '../actions.ts';

/**
 * The beginning of every operation that removes a member: its paths (`folder`, `lxc`), and functions that check on the host, under its lock,
 * that they belong to this member and that no link leads elsewhere. The member's own user can write in `conf`, and nowhere above it.
 */
export function ownerChecks(name: string, owner: MemberOwner): Script {
  const mark = `# ec2-redis-operator: cluster=${owner.cluster} tenant=${owner.tenant} member=${owner.member} `;
  return lines([
    sh`name=${name} mark=${mark}`,
    sh`folder=${`${folders.state}/members/${name}`} lxc=${`${lxcRoot}/${name}`}`,
    fixed(checkFunctions),
  ]);
}

const checkFunctions = `refuse() { echo "$1; nothing was removed" >&2; exit 1; }
there() { [ -e "$1" ] || [ -L "$1" ]; }
straight() { [ "$(readlink -e -- "$1")" = "$1" ] || refuse "$1 is a link, is behind a link, or does not exist"; }
owned() { # FILE: its marker is the first or second line
  if [ -f "$1" ] && ! [ -L "$1" ]; then
    { read -r first || :; read -r second || :; } <"$1"
    for line in "$first" "$second"; do case $line in "$mark"*) return ;; esac done
  fi
  refuse "$1 does not carry this member's marker"
}`;
