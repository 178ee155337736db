import { fixed } from '../../../../renderers/lib/shell.ts';

/** An operating system's ID, version and name: `debian`, `12`, `Debian GNU/Linux 12 (bookworm)`. */
export interface Release {
  readonly id: string;
  readonly version: string;
  readonly name: string;
}

/** os-release(5). CentOS 6 predates it, and redhat-release has the full version of Virtuozzo Linux. */
export const releaseScript = fixed(`[ ! -f /etc/os-release ] || \\
  sed -n 's/^ID=/os-id /p; s/^VERSION_ID=/os-version /p; s/^PRETTY_NAME=/os-name /p' /etc/os-release || exit 1
[ ! -f /etc/redhat-release ] || sed 's/^/redhat /; q' /etc/redhat-release || exit 1`);

export function releaseOf(after: (word: string) => readonly string[]): Release {
  const plain = (word: string) => (after(word)[0] ?? '').replace(/^["']|["']$/g, '');
  const redhat = after('redhat')[0] ?? '';
  const [, vendor, version] = /^(\S+) (?:.*?)release (\S+)/.exec(redhat) ?? [];
  const id = plain('os-id');
  if (vendor && version && (!id || vendor === 'Virtuozzo')) return { id: vendor.toLowerCase(), version, name: redhat };
  if (!id) throw new Error('the operating system is in neither /etc/os-release nor /etc/redhat-release');
  return { id, version: plain('os-version'), name: plain('os-name') };
}
