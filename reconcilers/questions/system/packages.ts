import { fixed, lines, sh } from '../../../renderers/shell.ts';

/** Of the packages and programs asked for, those that are there. */
export interface Installed {
  /** Versions by package. */
  readonly packages: Readonly<Record<string, string>>;
  /** Packages that are unpacked, and not set up: whoever was at it was stopped in between. */
  readonly halfway: readonly string[];
  readonly programs: readonly string[];
}

export const packagesScript = (packages: readonly string[], programs: readonly string[]) =>
  lines([
    sh`for program in ${programs}; do if command -v "$program" >/dev/null; then echo "program $program"; fi; done`,
    sh`set -- ${packages}`,
    // dpkg-query ends with 1 when one of them is not known, and with 2 when it cannot tell.
    fixed(`if command -v dpkg-query >/dev/null; then
  dpkg-query -W -f 'package \${db:Status-Status} \${Package} \${Version}\\n' -- "$@" 2>/dev/null || [ $? -eq 1 ] || exit 1
elif command -v rpm >/dev/null; then
  rpm -q --qf 'package installed %{NAME} %{VERSION}-%{RELEASE}\\n' -- "$@" 2>/dev/null | grep '^package installed ' || :
fi`),
  ]);

export function installedOf(after: (word: string) => readonly string[]): Installed {
  const rows = after('package').map((line) => line.split(' '));
  const there = rows.filter(([status = '']) => status === 'installed' || status.startsWith('triggers-'));
  return {
    packages: Object.fromEntries(there.map(([, name = '', version = '']) => [name, version])),
    halfway: rows.flatMap(([status = '', name = '']) => (/^(unpacked|half-)/.test(status) ? [name] : [])),
    programs: after('program'),
  };
}
