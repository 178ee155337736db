import { existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { sh } from '../daemon/shell.ts';
import { withLock } from '../namespace/lock.ts';
import { asset } from '../paths.ts';
import { type Flavour, PREPARED } from './image.ts';

/** What the lab needs on the machine: a file that shows it is installed (a command's name, or a path), and the Debian package. */
const NEEDS: readonly { readonly file: string; readonly package: string }[] = [
  { file: 'mkfs.ext4', package: 'e2fsprogs' },
  { file: 'bridge', package: 'iproute2' },
  { file: 'ethtool', package: 'ethtool' },
  { file: 'lxc-start', package: 'lxc' },
  { file: 'mmdebstrap', package: 'mmdebstrap' },
  { file: 'nft', package: 'nftables' },
  { file: 'nsenter', package: 'util-linux' },
  { file: 'ssh-keygen', package: 'openssh-client' },
  { file: 'sysctl', package: 'procps' },
  { file: 'tini', package: 'tini' },
  { file: '/usr/share/keyrings/debian-archive-keyring.gpg', package: 'debian-archive-keyring' },
];

/** Needed in addition to build a bare image, because its repository is signed. */
const NEEDS_TO_SIGN: typeof NEEDS = [{ file: 'gpg', package: 'gnupg' }];

/** Installs missing packages and reports them; does nothing if none is missing. */
export function ensurePackages(flavours: readonly Flavour[], say: (line: string) => void): Promise<void> {
  return ensure(flavours.every((one) => one === PREPARED) ? NEEDS : [...NEEDS, ...NEEDS_TO_SIGN], say);
}

/** The same for other needs, for example those of a test. */
export function ensure(needs: typeof NEEDS, say: (line: string) => void): Promise<void> {
  return installMissing(
    () => missingOf(needs),
    async (missing) => {
      say(`installing on this machine: ${missing.join(' ')}`);
      await sh('sh', [asset('install.sh'), ...missing], { timeoutMs: 600_000 });
    },
  );
}

/** One installation at a time per machine: a second lab that starts at the same moment would fail on apt's lock. */
export async function installMissing(
  missing: () => readonly string[],
  install: (packages: readonly string[]) => Promise<void>,
): Promise<void> {
  if (missing().length === 0) return;
  await withLock('packages', 900, async () => {
    const left = missing();
    if (left.length > 0) await install(left);
  });
}

function missingOf(needs: typeof NEEDS): readonly string[] {
  return needs.filter((need) => !present(need.file)).map((need) => need.package);
}

function present(file: string): boolean {
  if (file.startsWith('/')) return existsSync(file);
  const folders = [...(process.env['PATH'] ?? '').split(delimiter), '/usr/sbin', '/usr/bin', '/sbin', '/bin'];
  return folders.some((folder) => existsSync(join(folder, file)));
}
