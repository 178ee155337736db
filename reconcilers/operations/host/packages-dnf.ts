/** Installs "$@" (NAME or NAME-VERSION) with dnf 4, which does not start or enable services. Messages: dnf/cli and libdnf, 4.14. */
export const dnfInstall = `log=$(mktemp /run/ec2-redis-operator/packages.XXXXXX)
trap 'rm -f "$log"' EXIT
wanted="$*"
# dnf waits for another dnf without limit.
run() {
  limit=$1 mode=$2
  shift 2
  LC_ALL=C timeout "$limit" dnf --color=never "$mode" install -- "$@" </dev/null >"$log" 2>&1 9>&-
}
matches() { grep -q -E "$1" "$log"; }
line_with() { grep -E "$1" "$log" | tail -n 1 | cut -c 1-160; }
space='No space left|more space needed' key='GPG check FAILED|GPG public keys installed|Public key for|is not signed|GPG key retrieval failed|Failed to retrieve GPG key'
busy='Waiting for process with pid'
fetch='Failed to download metadata|Cannot download|Curl error|All mirrors were tried' none='No match for argument|Unable to find a match|nothing provides'
fail() {
  if matches "$space"; then
    echo "no room for the packages: free some space (df -h, dnf clean all), or enlarge the volume. dnf: $(line_with "$space")"
  elif matches "$busy" && ! matches 'Dependencies resolved'; then
    echo "another dnf is running on the host: see ps -C dnf,yum. dnf: $(line_with "$busy")"
  elif matches "$key"; then
    echo "a package is not signed with the key that the host trusts for its repository, so it is not installed: correct the key, or spec.preparation.repositories. dnf: $(line_with "$key")"
  elif matches "$fetch"; then
    echo "a package repository could not be read: fix its file in /etc/yum.repos.d, or the host's network access to it (route, NAT, proxy). dnf: $(line_with "$fetch")"
  elif matches "$none"; then
    echo "no package repository of the host provides it: add one that does (spec.preparation.repositories), or correct spec.preparation.versions. dnf: $(line_with "$none")"
  else
    echo "dnf: $(tail -n 2 "$log" | tr '\\n' ' ' | cut -c 1-300)"
  fi >&2
  exit 1
}
# With --assumeno dnf exits 1.
run 300 --assumeno "$@" || matches '^Operation aborted' || fail
if matches '^(Upgrading|Downgrading|Reinstalling|Removing)'; then
  echo "it would change installed packages ($(sed -n '/^\\(Upgrading\\|Downgrading\\|Reinstalling\\|Removing\\)/,/^$/p' "$log" | awk 'NF > 3 { print $1 }' | tr '\\n' ' ')), which is yours to decide. Run on the host at a convenient time: dnf install $wanted" >&2
  exit 1
fi
run 800 -y "$@" || fail`;
