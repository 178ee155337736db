/** Installs "$@" (NAME or NAME-VERSION) with yum, which does not start services. */
export const yumInstall = `log=$(mktemp /run/ec2-redis-operator/packages.XXXXXX)
trap 'rm -f "$log"' EXIT
wanted="$*"
# yum waits for another yum without limit.
run() {
  limit=$1 mode=$2
  shift 2
  timeout "$limit" yum -d 2 -e 2 "$mode" install -- "$@" </dev/null >"$log" 2>&1 9>&-
}
matches() { grep -q -E "$1" "$log"; }
line_with() { grep -E "$1" "$log" | tail -n 1 | cut -c 1-160; }
space='No space left|more space needed' key='Public key for|not signed|GPG key retrieval failed|Failing package is|keys listed'
fetch='Cannot retrieve repository metadata|Cannot find a valid baseurl|Errno 14|Couldn.t resolve host' none='No package .* available|Nothing to do'
fail() {
  if matches "$space"; then
    echo "no room for the packages: free some space (df -h, yum clean all), or enlarge the volume. yum: $(line_with "$space")"
  elif matches 'Another app is currently holding the yum lock'; then
    echo "another yum is running on the host: see ps -C yum"
  elif matches "$key"; then
    echo "a package is not signed with the key that the host trusts for its repository, so it is not installed: correct the key, or spec.preparation.repositories. yum: $(line_with "$key")"
  elif matches "$fetch"; then
    echo "a package repository could not be read: fix its file in /etc/yum.repos.d, or the host's network access to it (route, NAT, proxy). yum: $(line_with "$fetch")"
  elif matches "$none"; then
    echo "no package repository of the host provides it: add one that does (spec.preparation.repositories), or correct spec.preparation.versions. yum: $(line_with "$none")"
  else
    echo "yum: $(tail -n 2 "$log" | tr '\\n' ' ' | cut -c 1-300)"
  fi >&2
  exit 1
}
# With --assumeno yum exits 1.
run 300 --assumeno "$@" || matches 'Dependencies Resolved|Exiting on user' || fail
if matches '^(Updating|Removing|Erasing)'; then
  echo "it would change installed packages ($(sed -n '/^\\(Updating\\|Removing\\|Erasing\\)/,/^$/p' "$log" | awk 'NF > 2 { print $1 }' | tr '\\n' ' ')), which is yours to decide. Run on the host at a convenient time: yum install $wanted" >&2
  exit 1
fi
run 800 -y "$@" || fail`;
