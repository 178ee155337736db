/** Parts of the listing of a host's containers that are the same for every runtime. `$state`: where the members' folders lie. */

export const markFunction = `mark() { # KIND NAME FILE: the mark is its first or second line
  first='' second=''
  { read -r first || :; read -r second || :; } <"$3"
  for line in "$first" "$second"; do
    case $line in '# ec2-redis-operator: '*) printf '%s %s %s\\n' "$1" "$2" "$line" ;; esac
  done
}

`;

/** Folders of members; `disk NAME FOLDER` is the runtime's. Files whose digest is to be told are added to the arguments. */
export const folderLines = `for folder in "$state"/members/*/; do
  folder=\${folder%/}
  name=\${folder##*/}
  [ -d "$folder" ] || continue
  case $name in *[!A-Za-z0-9._-]*) continue ;; esac
  echo "folder $name"
  [ ! -f "$folder/identity" ] || mark identity "$name" "$folder/identity"
  if [ -e "$folder/marks/retired" ]; then
    line=''
    read -r line <"$folder/marks/retired" || :
    printf 'retired %s %s\\n' "$name" "$line"
  fi
  # User redis of the container may make links in conf.
  [ ! -f "$folder/conf/init" ] || [ -L "$folder/conf/init" ] || set -- "$@" "$folder/conf/init"
  disk "$name" "$folder"
done
`;

/** Digest and mode of the files that are the arguments. */
export const digestLines = `if [ $# -gt 0 ]; then
  sums=$(sha256sum -- "$@") || exit 1
  stat -c 'mode %n %a' -- "$@" || exit 1
  printf '%s\\n' "$sums" | sed 's/^\\([0-9a-f]*\\)  /sha256 \\1 /'
fi
`;

export const closing = `for folder in "$state"/members/.*.gone; do
  [ -d "$folder" ] || continue
  name=\${folder##*/}
  case $name in *[!A-Za-z0-9._-]*) continue ;; esac
  echo "gone $name"
done
date '+now %s'
echo end
`;
