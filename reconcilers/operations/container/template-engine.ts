import { fixed, type Script } from '../../../renderers/lib/shell.ts';

/**
 * Functions about what a template holds. `there PATH` is defined by the caller. `engine_of` prints `redis` or `valkey`, by the server programs
 * in it. `ids_of ENGINE` prints the numbers of the engine's user and group, from /etc/passwd. `packaged ENGINE` prints the version of the
 * engine's package, from dpkg's list. A program that is Valkey under the name of Redis (package valkey-redis-compat) counts as Valkey.
 */
export const engineFunctions: Script = fixed(`engine_of() {
  if there usr/bin/valkey-server; then
    echo valkey
  elif there usr/bin/redis-server; then
    echo redis
  else
    echo "$tarball is not a template for members: it lacks /usr/bin/redis-server or /usr/bin/valkey-server; replace it" >&2
    return 1
  fi
}
ids_of() {
  awk -F: -v engine="$1" '$1 == engine { own = $3 " " $4 } $1 == "redis" { redis = $3 " " $4 } END { print own ? own : redis }'
}
check_needs() {
  for need in bin/sh "usr/bin/$1-server" "usr/bin/$1-sentinel" "usr/bin/$1-cli"; do
    if [ -z "$ids" ] || ! there "$need"; then
      echo "$tarball is not a template for members: it lacks user $1 or /$need; replace it" >&2
      return 1
    fi
  done
}
packaged() {
  awk -v engine="$1" '
    $1 == "Package:" { package = $2 }
    $1 == "Version:" && (package == engine "-server" || package == engine) {
      sub(/^[0-9]+:/, "", $2)
      if (match($2, /^[0-9]+[.][0-9]+([.][0-9]+)*/)) { print substr($2, 1, RLENGTH); exit }
    }'
}`);

/**
 * Prints the version that the server program says of itself: \`Valkey server v=8.1.1 sha=…\`. It runs as nobody, in the template's own tree;
 * nothing is printed if it does not run here.
 */
export const askEngine = `timeout 10 chroot --userspec=65534:65534 "$draft/root" "/usr/bin/$engine-server" --version </dev/null 2>/dev/null |
  sed -n 's/^[A-Za-z]* server v=\\([0-9][0-9.]*\\) .*/\\1/p'`;
