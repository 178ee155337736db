import { fixed, lines, sh } from '../../../../renderers/lib/shell.ts';
import type { Obtainable, PackageVersions } from './obtainable.ts';

/**
 * With empty names of its caches, apt builds them in memory. `apt-get --print-uris update` names the files that an update would fetch, and
 * fetches none; a repository whose lists are there has files of that prefix. A URI may have a user and a password in it, which are cut.
 * apt-cache prints nothing about a name that no list has. Sources: apt-get(8), apt-cache(8), apt.conf(5), of apt 2.6.
 */
export const aptScript = (packages: readonly string[]) =>
  lines([
    sh`set -- ${packages}`,
    fixed(`lists=''
eval "$(apt-config shell lists Dir::State::Lists/d)"
uris=$(apt-get -q --print-uris update) || exit 1
case $uris in '' | *InRelease*) ;; *) echo 'apt-get --print-uris update names no InRelease' >&2; exit 1 ;; esac
printf '%s\\n' "$uris" | sed -n "s|^'\\([^']*\\)InRelease' \\([^ ]*\\)_InRelease .*|\\1 \\2|p" | while read -r uri name; do
  state=unread
  for file in "$lists$name"_*; do if [ -e "$file" ]; then state='read'; fi; done
  printf '%s\\n' "apt-source $state $uri" | sed 's|//[^/]*@|//|'
done
policy=$(apt-cache -o Dir::Cache::pkgcache= -o Dir::Cache::srcpkgcache= policy -- "$@") || exit 1
printf '%s\\n' "$policy" | sed 's/^/apt-policy /'`),
  ]);

const name = /^([a-z0-9][a-z0-9+.-]+):$/;
const version = /^ (?:\*\*\*| {3}) (\S+) -?\d+(?: \(phased \d+%\))?$/;
/** Lines that say nothing that is needed: a repository of the version above, and its own pin. */
const other = /^ {2}(?:Installed: \S+|Version table:|Package pin: .+)$|^ {7} *-?\d+ \S.*$/;

/** Throws at a line that apt-cache does not print. */
export function aptOf(after: (word: string) => readonly string[]): Obtainable {
  const packages: Record<string, PackageVersions> = {};
  let last = '';
  for (const line of after('apt-policy').filter(Boolean)) {
    const [[, header], [, candidate], [, row]] = [name.exec(line) ?? [], candidateIn(line), version.exec(line) ?? []];
    const known = packages[last];
    if (header !== undefined) {
      last = header;
      packages[last] = { candidate: undefined, versions: [] };
    } else if (!known) throw new Error(`not the name of a package: ${line.slice(0, 100)}`);
    else if (candidate !== undefined)
      packages[last] = { ...known, candidate: candidate === '(none)' ? undefined : candidate };
    else if (row !== undefined) packages[last] = { ...known, versions: [...known.versions, row] };
    else if (!other.test(line)) throw new Error(`not a line of apt-cache policy: ${line.slice(0, 100)}`);
  }
  return { packages, unread: unreadIn(after('apt-source')) };
}

function candidateIn(line: string): readonly string[] {
  return /^ {2}Candidate: (\S+)$/.exec(line) ?? [];
}

function unreadIn(sources: readonly string[]): readonly string[] {
  return sources.flatMap((line) => {
    const [, state, uri = ''] = /^(read|unread) (\S+)$/.exec(line) ?? [];
    if (state === undefined) throw new Error(`not a repository: ${line.slice(0, 100)}`);
    return state === 'unread' ? [uri] : [];
  });
}
