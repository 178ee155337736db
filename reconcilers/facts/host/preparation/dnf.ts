import { fixed, lines, sh } from '../../../../renderers/lib/shell.ts';
import type { Obtainable, PackageVersions } from './obtainable.ts';

/**
 * With -C dnf reads only what it has in its cache. A repository without one is an error, or is left out with the same words
 * (skip_if_unavailable). A name that nothing matches may be provided by another package, which dnf would install as well. Its log files
 * go to a folder that is removed. Sources: dnf(8), dnf.conf(5), and repo.py of dnf 4.14.
 */
export const dnfScript = (packages: readonly string[]) =>
  lines([
    sh`set -- ${packages}`,
    fixed(`folder=$(mktemp -d /run/ec2-redis-operator.XXXXXX) || exit 1
trap 'rm -rf "$folder"' EXIT
query() { # NAME ARGUMENT…
  prefix=$1
  shift
  if ! dnf -q -C --color=never --setopt=logdir="$folder" repoquery --available \\
    --qf "$prefix %{name} %{version}-%{release}" "$@" >"$folder/out" 2>"$folder/err"; then
    if ! grep -q 'Cache-only enabled but no cache for' "$folder/err"; then cat "$folder/err" >&2; exit 1; fi
  fi
  sed -n "s/.*Cache-only enabled but no cache for '\\([^']*\\)'.*/dnf-unread \\1/p" "$folder/err"
  cat "$folder/out"
}
all=$(query 'dnf-package -' -- "$@") || exit 1
printf '%s\\n' "$all"
# Nothing can be concluded from what is missing then.
case "$all" in *dnf-unread*) exit 0 ;; esac
for name; do
  case "$all" in
    *"dnf-package - $name "*) continue ;;
  esac
  query "dnf-package $name" --whatprovides "$name"
done`),
  ]);

/** Rows: the capability that was asked for, or `-` for the name itself; name; version and release. Throws at any other. */
export function dnfOf(after: (word: string) => readonly string[]): Obtainable {
  const versions = new Map<string, Set<string>>();
  for (const row of after('dnf-package')) {
    const [, capability, name = '', version = ''] =
      /^([\w.+-]+) ([A-Za-z0-9][\w.+-]*) ([\w.~^+]+-[\w.~^+]+)$/.exec(row) ?? [];
    if (capability === undefined) throw new Error(`not a package of dnf: ${row.slice(0, 100)}`);
    const asked = capability === '-' ? name : capability;
    versions.set(asked, (versions.get(asked) ?? new Set()).add(version));
  }
  return { packages: Object.fromEntries([...versions].map(packageOf)), unread: [...new Set(after('dnf-unread'))] };
}

function packageOf([name, versions]: readonly [string, ReadonlySet<string>]): readonly [string, PackageVersions] {
  const all = [...versions];
  return [name, { candidate: all.at(-1), versions: all }];
}
