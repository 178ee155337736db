import { readFileSync } from 'node:fs';
import { asset } from '../paths.ts';
import { type LabHost, PACKAGES } from '../topology.ts';
import type { HostKeys, SeedFile, SeedFolder, SeedLink } from './first-boot.ts';

const wanted = 'etc/systemd/system/multi-user.target.wants';

/** The units that run at each boot. */
export const cloudInitLinks: readonly SeedLink[] = ['cloud-init.service', 'systemd-timesyncd.service'].map((unit) => ({
  path: `${wanted}/${unit}`,
  target: `../${unit}`,
}));

/** The folders of `cloudInitFiles`. */
export const cloudInitFolders: readonly SeedFolder[] = [
  'etc/apt',
  'etc/systemd',
  'etc/systemd/system',
  wanted,
  'usr',
  'usr/bin',
  'usr/lib',
  'usr/lib/cloud-init',
].map((path) => ({ path, mode: 0o755 }));

/**
 * The first boot of a cloud image (assets/cloud-init): the login user is created by it, and root's login is refused with the words of Debian's
 * image. Its clock is synchronized after a minute. Its packages are elsewhere, and need a way there.
 */
export function cloudInitFiles(
  { flavour }: LabHost,
  { authorized }: HostKeys,
  packages: keyof typeof PACKAGES,
): readonly SeedFile[] {
  const unit = (name: string) => ({ path: `etc/systemd/system/${name}`, mode: 0o644, content: read(name) });
  const program = (path: string, name: string) => ({ path, mode: 0o755, content: read(name) });
  const refused = `no-port-forwarding,no-agent-forwarding,no-X11-forwarding,command="echo 'Please login as the user \\"admin\\" rather than the user \\"root\\".';echo;sleep 10;exit 142" ${authorized}`;
  return [
    unit('cloud-init.service'),
    unit('first-upgrade.service'),
    unit('systemd-timesyncd.service'),
    program('usr/bin/cloud-init', 'cloud-init'),
    program('usr/lib/cloud-init/first-boot', 'first-boot'),
    program('usr/lib/cloud-init/first-upgrade', 'first-upgrade'),
    program('usr/lib/cloud-init/time-sync', 'time-sync'),
    {
      path: 'etc/apt/sources.list',
      mode: 0o644,
      content: `deb [signed-by=/etc/apt/keyrings/lab.asc] http://${PACKAGES[packages]}/${flavour} ./\n`,
    },
    { path: 'etc/lab/authorized', mode: 0o644, content: authorized },
    { path: 'root/.ssh/authorized_keys', mode: 0o600, content: authorized ? refused : '' },
  ];
}

function read(name: string): string {
  return readFileSync(asset('cloud-init', name), 'utf8');
}
