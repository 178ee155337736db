/** Installs "$@" (NAME or NAME-VERSION) with yum, which starts nothing that it brings. */
export const yumInstall = `log=$(mktemp /run/ec2-redis-operator/packages.XXXXXX)
trap 'rm -f "$log"' EXIT
wanted="$*"
# yum waits for another yum for ever.
run() {
  limit=$1 answer=$2
  shift 2
  timeout "$limit" yum -d 2 -e 2 "$answer" install -- "$@" </dev/null >"$log" 2>&1 9>&-
}
says() { grep -q -E "$1" "$log"; }
said() { grep -E "$1" "$log" | tail -n 1 | cut -c 1-160; }
space='No space left|more space needed' key='Public key for|not signed|GPG key retrieval failed|Failing package is|keys listed'
fetch='Cannot retrieve repository metadata|Cannot find a valid baseurl|Errno 14|Couldn.t resolve host' none='No package .* available|Nothing to do'
fail() {
  if says "$space"; then
    echo "no room for the packages: free some (df -h, yum clean all), or make the volume larger. yum: $(said "$space")"
  elif says 'Another app is currently holding the yum lock'; then
    echo "another yum is at work on the host: see ps -C yum"
  elif says "$key"; then
    echo "the signature of a package is not by the key that the host trusts for its repository, and it is not installed: correct the key, or spec.preparation.repositories. yum: $(said "$key")"
  elif says "$fetch"; then
    echo "a package repository could not be read: mend its file in /etc/yum.repos.d, or the host's way to it (route, NAT, proxy). yum: $(said "$fetch")"
  elif says "$none"; then
    echo "the host's package repositories do not have it: add one that does (spec.preparation.repositories), or correct spec.preparation.versions. yum: $(said "$none")"
  else
    echo "yum: $(tail -n 2 "$log" | tr '\\n' ' ' | cut -c 1-300)"
  fi >&2
  exit 1
}
# It says no by itself, and ends with 1.
run 300 --assumeno "$@" || says 'Dependencies Resolved|Exiting on user' || fail
if says '^(Updating|Removing|Erasing)'; then
  echo "it would take changes to what is there ($(sed -n '/^\\(Updating\\|Removing\\|Erasing\\)/,/^$/p' "$log" | awk 'NF > 2 { print $1 }' | tr '\\n' ' ')), and these are a person's to decide. Run on the host, when it suits: yum install $wanted" >&2
  exit 1
fi
run 800 -y "$@" || fail`;
