import { lxcRoot } from '../../renderers/lxc-config.ts';
import { fixed, lines, type Script, sh } from '../../renderers/shell.ts';
import { folders } from '../marks.ts';
import type { MemberOwner } from './index.ts';

/**
 * What a verb that takes a member away begins with: where its things lie (`folder`, `lxc`), and the checks, made on the host and under
 * its lock, that they are this member's and no link leads elsewhere. The member's own user can write in `conf`, and nowhere above it.
 */
export function ownerChecks(name: string, owner: MemberOwner): Script {
  const mark = `# ec2-redis-operator: cluster=${owner.cluster} tenant=${owner.tenant} member=${owner.member} `;
  return lines([
    sh`name=${name} mark=${mark}`,
    sh`folder=${`${folders.state}/members/${name}`} lxc=${`${lxcRoot}/${name}`}`,
    fixed(checks),
  ]);
}

const checks = `refuse() { echo "$1: nothing was removed" >&2; exit 1; }
there() { [ -e "$1" ] || [ -L "$1" ]; }
straight() { [ "$(readlink -e -- "$1")" = "$1" ] || refuse "$1 is a link, lies behind one, or is gone"; }
owned() { # FILE: its mark is the first or second line
  if [ -f "$1" ] && ! [ -L "$1" ]; then
    { read -r first || :; read -r second || :; } <"$1"
    for line in "$first" "$second"; do case $line in "$mark"*) return ;; esac done
  fi
  refuse "$1 does not say that it is this member's"
}`;
