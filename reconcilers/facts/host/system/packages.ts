import { installedMark } from '../../../../renderers/lib/markers.ts';
import { fixed, lines, sh } from '../../../../renderers/lib/shell.ts';

/** The requested packages and programs that are installed. */
export interface InstalledPackages {
  /** Versions by package. */
  readonly packages: Readonly<Record<string, string>>;
  /** Packages that are unpacked but not configured: an installation was interrupted. */
  readonly halfConfigured: readonly string[];
  readonly programs: readonly string[];
  /** Packages that we installed, by the marker on the host. */
  readonly installedByUs: readonly string[];
}

export const packagesScript = (packages: readonly string[], programs: readonly string[]) =>
  lines([
    sh`for program in ${programs}; do if command -v "$program" >/dev/null; then echo "program $program"; fi; done`,
    sh`set -- ${packages}`,
    // dpkg-query exits 1 if a package is not known, and 2 on failure.
    fixed(`if command -v dpkg-query >/dev/null; then
  dpkg-query -W -f 'package \${db:Status-Status} \${Package} \${Version}\\n' -- "$@" 2>/dev/null || [ $? -eq 1 ] || exit 1
elif command -v rpm >/dev/null; then
  rpm -q --qf 'package installed %{NAME} %{VERSION}-%{RELEASE}\\n' -- "$@" 2>/dev/null | grep '^package installed ' || :
fi`),
    sh`if [ -f ${installedMark} ]; then sed 's/^/installed-by-us /' ${installedMark}; fi`,
  ]);

export function installedOf(after: (word: string) => readonly string[]): InstalledPackages {
  const rows = after('package').map((line) => line.split(' '));
  const there = rows.filter(([status = '']) => status === 'installed' || status.startsWith('triggers-'));
  return {
    packages: Object.fromEntries(there.map(([, name = '', version = '']) => [name, version])),
    halfConfigured: rows.flatMap(([status = '', name = '']) => (/^(unpacked|half-)/.test(status) ? [name] : [])),
    programs: after('program'),
    installedByUs: after('installed-by-us'),
  };
}
