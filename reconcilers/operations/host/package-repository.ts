import { fixed, lines, sh } from '../../../renderers/lib/shell.ts';
import type { ActionOf } from '../actions.ts';
import type { HostOperation } from '../operation.ts';
import { writeFile } from './write-files.ts';

/** The key first. If it is not the declared one, nothing is written: apt and yum do not trust a repository without its key. */
export const packageRepository: HostOperation<ActionOf<'package-repository'>> = {
  via: 'host',
  seconds: 120,
  host: ({ host }) => host,
  script: ({ key: { url, sha256, path }, list }) =>
    lines([sh`url=${url} sha256=${sha256} path=${path}`, fixed(fetchKey), writeFile(list)]),
  describe: ({ key, list }) => `write ${list.path}, and its key from ${key.url}`,
  settleMs: 0,
};

const fetchKey = `mkdir -p -m 0755 "\${path%/*}"
draft=$(mktemp "$path.XXXXXX")
trap 'rm -f "$draft"' EXIT
helper=/usr/lib/apt/apt-helper
fetch() {
  case $url in file://*) cp -- "\${url#file://}" "$draft"; return ;; esac
  if [ -x "$helper" ]; then rm -f "$draft"; "$helper" download-file "$url" "$draft" >/dev/null
  elif command -v curl >/dev/null; then curl --silent --show-error --fail --location --max-time 60 --output "$draft" -- "$url"
  else wget --quiet --timeout=60 --output-document="$draft" -- "$url"
  fi
}
if ! output=$(fetch 2>&1); then
  echo "the key could not be fetched from $url: correct spec.preparation.repositories, or the host's network access to it: $(printf '%s' "$output" | tail -n 1 | cut -c 1-160)" >&2
  exit 1
fi
sum=$(sha256sum <"$draft")
if [ "\${sum%% *}" != "$sha256" ]; then
  echo "the file at $url is not the declared key (its SHA-256 is \${sum%% *}), and nothing is trusted: find out why before you correct spec.preparation.repositories" >&2
  exit 1
fi
grep -q 'BEGIN PGP PUBLIC KEY BLOCK' "$draft" || { echo "$url is not an OpenPGP key in ASCII armor: create one with gpg --armor --export" >&2; exit 1; }
chmod 0644 "$draft"
mv -fT "$draft" "$path"`;
