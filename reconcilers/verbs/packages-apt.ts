/**
 * Installs "$@" (NAME or NAME=VERSION) with apt. In a mount namespace of its own, in which the programs that start and enable services do
 * nothing: a distribution's keepalived or HAProxy beside ours would take the address or its ports. A file policy-rc.d would do half of it,
 * and stay behind when this is killed.
 */
export const aptInstall = `updates=$(mktemp /run/ec2-redis-operator/packages.XXXXXX) log=$(mktemp /run/ec2-redis-operator/packages.XXXXXX)
trap 'rm -f "$updates" "$log"' EXIT
wanted="$*"
quietly() {
  # shellcheck disable=SC2016 # of the inner shell
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
says() { grep -q -E "$1" "$log"; }
said() { cat "$updates" "$log" | grep -E "$1" | tail -n 1 | cut -c 1-160; }
space='No space left|enough free space' busy='Could not get lock' key='NO_PUBKEY|BADSIG|EXPKEYSIG|is not signed'
fetch='Failed to fetch|Could not resolve|Temporary failure|does not have a Release file' none='Unable to locate|no installation candidate|was not found'
fail() {
  if says "$space"; then
    echo "no room for the packages: free some (df -h, apt-get clean), or make the volume larger. apt: $(said "$space")"
  elif [ -n "$(said "$busy")" ]; then
    echo "another apt or dpkg is at work on the host for over two minutes: see ps -C apt-get,dpkg,unattended-upgr. apt: $(said "$busy")"
  elif says 'dpkg: error'; then
    echo "a package could not be set up: see dpkg --audit on the host. apt: $(grep -A 1 'dpkg: error' "$log" | tr '\\n' ' ' | cut -c 1-250)"
  elif [ -n "$(said "$key")" ]; then
    echo "the signature of a package repository is not by the key that the host trusts for it, and nothing is taken from there: correct the key, or spec.preparation.repositories. apt: $(said "$key")"
  elif [ -n "$(said "$fetch")" ]; then
    echo "a package repository could not be read: mend its line under /etc/apt, or the host's way to it (route, NAT, proxy). apt: $(said "$fetch")"
  elif [ -n "$(said 'Conflicting values set for option Signed-By')" ]; then
    echo "the host has a repository of that URL already, with another key: take one of the two away (/etc/apt/sources.list, /etc/apt/sources.list.d). apt: $(said 'Conflicting values')"
  elif says "$none"; then
    echo "the host's package repositories do not have it: add one that does (spec.preparation.repositories), or correct spec.preparation.versions. apt: $(said "$none")"
  else
    echo "apt: $(tail -n 2 "$log" | tr '\\n' ' ' | cut -c 1-300)"
  fi >&2
  exit 1
}
# What an earlier run, or somebody else's, left half done: what cannot be set up yet lacks something that comes now.
if [ -n "$(dpkg --audit)" ]; then quietly dpkg --force-confdef --force-confold --configure -a >/dev/null || :; fi
# A repository that cannot be read matters only if something wanted is in it: then what follows fails, and this is why.
apt update >"$updates" || :
apt --simulate --fix-broken --no-install-recommends install -- "$@" >"$log" || fail
more=$(sed -n -e 's/^Inst \\([^ ]*\\) \\[\\([^]]*\\)\\] (\\([^ ]*\\) .*/\\1 from \\2 to \\3/p' -e 's/^Remv \\([^ ]*\\) .*/\\1 removed/p' "$log" | tr '\\n' ',')
if [ -n "$more" ]; then
  echo "it would take changes to what is there, and these are a person's to decide: \${more%,}. Run on the host, when it suits: apt-get install --no-install-recommends $wanted" >&2
  exit 1
fi
apt --yes --fix-broken --no-install-recommends --no-remove install -- "$@" >"$log" || fail`;
