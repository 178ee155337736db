/**
 * Installs "$@" (NAME or NAME=VERSION) with apt, and records in the file $installed what was not there before. It runs in a mount namespace of its own, where the programs that start and enable services
 * are replaced by /bin/true: the distribution's keepalived or HAProxy would take the VIP or its ports. A policy-rc.d file would not prevent
 * enabling, and would be left behind if this is killed. apt waits for dpkg's lock (DPkg::Lock::Timeout, apt.conf(5)), and not for those of
 * its lists and archives, which are waited for here.
 */
export const aptInstall = `updates=$(mktemp /run/ec2-redis-operator/packages.XXXXXX) log=$(mktemp /run/ec2-redis-operator/packages.XXXXXX)
trap 'rm -f "$updates" "$log"' EXIT
wanted="$*"
quietly() {
  # shellcheck disable=SC2016 # expanded by the inner shell
  unshare --mount sh -c 'for file in /usr/sbin/invoke-rc.d /usr/bin/deb-systemd-invoke /usr/bin/deb-systemd-helper /usr/sbin/update-rc.d; do
    if [ -e "$file" ]; then mount --bind /bin/true "$file"; fi
  done
  export DEBIAN_FRONTEND=noninteractive NEEDRESTART_SUSPEND=1 APT_LISTCHANGES_FRONTEND=none
  exec "$@"' sh "$@" </dev/null 2>&1 9>&-
}
apt() {
  quietly apt-get -q -o DPkg::Lock::Timeout=120 -o Acquire::Retries=2 -o APT::Update::Error-Mode=any -o Dpkg::Use-Pty=0 \\
    -o Dpkg::Options::=--force-confdef -o Dpkg::Options::=--force-confold "$@"
}
patiently() { # FILE ARGUMENT…
  output=$1 tries=0
  shift
  until apt "$@" >"$output"; do
    grep -q 'Could not get lock /var/\\(lib/apt/lists\\|cache/apt/archives\\)/' "$output" && [ "$tries" -lt 24 ] || return 1
    tries=$((tries + 1))
    sleep 5
  done
}
matches() { grep -q -E "$1" "$log"; }
line_with() { cat "$updates" "$log" | grep -E "$1" | tail -n 1 | cut -c 1-160; }
space='No space left|enough free space' busy='Could not get lock' key='NO_PUBKEY|BADSIG|EXPKEYSIG|is not signed'
fetch='Failed to fetch|Could not resolve|Temporary failure|does not have a Release file' none='Unable to locate|no installation candidate|was not found'
fail() {
  if matches "$space"; then
    echo "no room for the packages: free some space (df -h, apt-get clean), or enlarge the volume. apt: $(line_with "$space")"
  elif [ -n "$(line_with "$busy")" ]; then
    holder=$(cat "$updates" "$log" | sed -n 's/.*It is held by process \\([0-9]* ([^)]*)\\).*/process \\1/p' | tail -n 1)
    echo "\${holder:-another apt or dpkg} has held the lock of the package manager for over two minutes: see ps -C apt-get,dpkg,unattended-upgr. apt: $(line_with "$busy")"
  elif matches 'dpkg: error'; then
    echo "a package could not be configured: see dpkg --audit on the host. apt: $(grep -A 1 'dpkg: error' "$log" | tr '\\n' ' ' | cut -c 1-250)"
  elif [ -n "$(line_with 'is not valid yet')" ]; then
    echo "the clock of the host is behind that of a package repository: see timedatectl, or chronyc sources. apt: $(line_with 'is not valid yet')"
  elif [ -n "$(line_with "$key")" ]; then
    echo "a package repository is not signed with the key that the host trusts for it, so nothing is installed from it: correct the key, or spec.preparation.repositories. apt: $(line_with "$key")"
  elif [ -n "$(line_with "$fetch")" ]; then
    echo "a package repository could not be read: fix its line in /etc/apt, or the host's network access to it (route, NAT, proxy). apt: $(line_with "$fetch")"
  elif [ -n "$(line_with 'Conflicting values set for option Signed-By')" ]; then
    echo "the host already has a repository with that URL and another key: remove one of the two (/etc/apt/sources.list, /etc/apt/sources.list.d). apt: $(line_with 'Conflicting values')"
  elif matches "$none"; then
    echo "no package repository of the host provides it: add one that does (spec.preparation.repositories), or correct spec.preparation.versions. apt: $(line_with "$none")"
  else
    echo "apt: $(tail -n 2 "$log" | tr '\\n' ' ' | cut -c 1-300)"
  fi >&2
  exit 1
}
# Packages that an interrupted installation left unconfigured. Those that still fail lack a dependency that is installed below.
if [ -n "$(dpkg --audit)" ]; then quietly dpkg --force-confdef --force-confold --configure -a >/dev/null || :; fi
# An unreadable repository matters only if a wanted package is in it: then the next step fails, and this output has the reason.
patiently "$updates" update || :
apt --simulate --fix-broken --no-install-recommends install -- "$@" >"$log" || fail
more=$(sed -n -e 's/^Inst \\([^ ]*\\) \\[\\([^]]*\\)\\] (\\([^ ]*\\) .*/\\1 from \\2 to \\3/p' -e 's/^Remv \\([^ ]*\\) .*/\\1 removed/p' "$log" | tr '\\n' ',')
if [ -n "$more" ]; then
  echo "it would change installed packages, which is yours to decide: \${more%,}. Run on the host at a convenient time: apt-get install --no-install-recommends $wanted" >&2
  exit 1
fi
mkdir -p "\${installed%/*}"
# The marker comes first. One that is already there, even half configured, is not ours.
for package in "$@"; do
  package=\${package%%=*}
  case $(dpkg-query -W -f '\${db:Status-Status}' -- "$package" 2>/dev/null) in
    '' | not-installed | config-files) grep -qsxF -e "$package" "$installed" || echo "$package" >>"$installed" ;;
  esac
done
patiently "$log" --yes --fix-broken --no-install-recommends --no-remove install -- "$@" || fail`;
