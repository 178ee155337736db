/** Parts of the listing of a host's containers that are the same for every runtime. `$state`: the directory with the members' directories. */

export const markFunction = `mark() { # KIND NAME FILE: the marker is its first or second line
  first='' second=''
  { read -r first || :; read -r second || :; } <"$3"
  for line in "$first" "$second"; do
    case $line in '# ec2-redis-operator: '*) printf '%s %s %s\\n' "$1" "$2" "$line" ;; esac
  done
}

`;

/** Directories of members. `disk NAME FOLDER` is defined by the runtime. Files whose digest is listed are added to the arguments. */
export const folderLines = `for folder in "$state"/members/*/; do
  folder=\${folder%/}
  name=\${folder##*/}
  [ -d "$folder" ] || continue
  case $name in *[!A-Za-z0-9._-]*) continue ;; esac
  echo "folder $name"
  # While it is rebuilt, from the moment that it has its new root until it has that one's identity (container-rebuild.ts).
  identity=$folder/identity
  if [ -f "$folder/.rebuild/identity" ] && ! [ -e "$folder/.rebuild/rootfs.img" ] && ! [ -e "$folder/.rebuild/private" ]; then identity=$folder/.rebuild/identity; fi
  [ ! -f "$identity" ] || mark identity "$name" "$identity"
  if [ -f "$folder/rootfs.former" ] || [ -d "$folder/private.former" ]; then
    line=''
    [ ! -f "$folder/marks/former" ] || read -r line <"$folder/marks/former" || :
    printf 'former %s %s\\n' "$name" "$line"
  fi
  if [ -e "$folder/marks/retired" ]; then
    line=''
    read -r line <"$folder/marks/retired" || :
    printf 'retired %s %s\\n' "$name" "$line"
  fi
  # User redis of the container can create links in conf.
  [ ! -f "$folder/conf/init" ] || [ -L "$folder/conf/init" ] || set -- "$@" "$folder/conf/init"
  disk "$name" "$folder"
done
`;

/** Digests and modes of the files in the arguments. */
export const digestLines = `if [ $# -gt 0 ]; then
  sums=$(sha256sum -- "$@") || exit 1
  stat -c 'mode %n %a' -- "$@" || exit 1
  printf '%s\\n' "$sums" | sed 's/^\\([0-9a-f]*\\)  /sha256 \\1 /'
fi
`;

/** Whether a file system of its own is mounted over the directories, removals that were started, the host's clock, and the end of the listing. */
export const closing = `if mountpoint -q "$state/members"; then echo mounted; fi
for folder in "$state"/members/.*.gone; do
  [ -d "$folder" ] || continue
  name=\${folder##*/}
  case $name in *[!A-Za-z0-9._-]*) continue ;; esac
  echo "gone $name"
done
date '+now %s'
echo end
`;
