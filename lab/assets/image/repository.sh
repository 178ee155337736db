# shellcheck shell=sh
# Functions of the image builds.

# Copies a file tree into a root file system: files below usr/ are executable, all others only readable.
plant() { # TREE ROOT
  (cd "$1" && find . -type f) | while read -r file; do
    mode=644
    case $file in ./usr/*) mode=755 ;; ./etc/sudoers.d/*) mode=440 ;; esac
    install -D -m "$mode" "$1/$file" "$2/$file"
  done
}

# Makes a repository of the packages in ROOT/srv/packages, signed by a key that is then deleted; its public part is kept as key.asc.
repository() { # ROOT SUITE
  archives=$1/srv/packages
  (cd "$archives" && for deb in *.deb; do
    dpkg-deb --field "$deb"
    printf 'Filename: ./%s\nSize: %s\nSHA256: %s\n\n' "$deb" "$(stat -c %s "$deb")" "$(sha256sum "$deb" | cut -d ' ' -f 1)"
  done >Packages)
  {
    printf 'Origin: lab\nSuite: %s\nCodename: %s\nDate: %s\nArchitectures: all %s\n' "$2" "$2" "$(date -Ru)" "$(dpkg --print-architecture)"
    printf 'SHA256:\n %s %s Packages\n' "$(sha256sum "$archives/Packages" | cut -d ' ' -f 1)" "$(stat -c %s "$archives/Packages")"
  } >"$archives/Release"
  keys=$(mktemp -d)
  sign() { gpg --homedir "$keys" --batch --quiet --pinentry-mode loopback --passphrase '' "$@" 2>/dev/null; }
  sign --quick-generate-key 'packages of the lab <packages@lab.invalid>' rsa2048 sign never
  rm -f "$archives/InRelease" "$archives/key.asc"
  sign --clearsign --output "$archives/InRelease" "$archives/Release"
  sign --armor --export >"$archives/key.asc"
  gpgconf --homedir "$keys" --kill all
  rm -rf "$keys" "$archives/Release"
}
