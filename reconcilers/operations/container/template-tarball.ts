import { templateMark } from '../../../renderers/lib/markers.ts';
import { fixed, lines, type Script, sh } from '../../../renderers/lib/shell.ts';

/** Scripts that the operations on a template's tarball have in common. The tarball is private to root, as umask 077 makes it. */

/** A tarball that is still incomplete: beside it, named after its digest, so that what is there of it is always the beginning of it. */
export function tarballPart(tarball: string, digest: string): string {
  const slash = tarball.lastIndexOf('/');
  return `${tarball.slice(0, slash)}/.${tarball.slice(slash + 1)}.${digest}.part`;
}

/** Sets the variables `tarball`, `recipe`, `origin`, `folder` and `base`, and defines `room KIB` and `install_tarball FILE DIGEST`. */
export function tarballScript(tarball: string, recipe: string): Script {
  return lines([
    sh`tarball=${tarball} recipe=${recipe} origin=${templateMark(tarball)}`,
    fixed(`folder=\${tarball%/*}
base=\${tarball##*/}
mkdir -p "$folder"
room() {
  free=$(df -Pk -- "$folder" | awk 'NR == 2 { print $4 }')
  [ "$free" -ge "$1" ] || { echo "$folder has $((free / 1024)) MiB of space left, and the template needs $(($1 / 1024)) MiB: free some, or give the host a larger disk" >&2; exit 1; }
}
# The mark of its origin first: a tarball that differs from it is put there again.
install_tarball() {
  printf '%s %s\\n' "$2" "$recipe" >"$origin.new"
  sync -- "$1" "$origin.new"
  mv -f -- "$origin.new" "$origin"
  mv -f -- "$1" "$tarball"
}`),
  ]);
}
