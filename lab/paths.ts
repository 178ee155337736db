import { existsSync } from 'node:fs';
import { homedir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The lab's files on the machine, all in one folder. */
export interface CachePaths {
  readonly images: string;
  readonly labs: string;
  readonly locks: string;
}

/** `${XDG_CACHE_HOME:-~/.cache}/ec2-redis-operator`, as the XDG base directory specification places caches. */
export function cachePaths(env: NodeJS.ProcessEnv = process.env): CachePaths {
  const base = env['XDG_CACHE_HOME'];
  const root = join(base?.startsWith('/') ? base : join(homedir(), '.cache'), 'ec2-redis-operator');
  return { images: join(root, 'image'), labs: join(root, 'labs'), locks: join(root, 'locks') };
}

/** The files inside a lab's namespace, on its private tmpfs. */
export const NAMESPACE = {
  folder: '/run/lab',
  images: '/run/lab/images',
  hosts: '/run/lab/hosts',
  volumes: '/run/lab/volumes',
  lxc: '/run/lab/lxc',
  log: '/run/lab/log',
  control: '/run/lab/control.sock',
  key: '/run/lab/id_ed25519',
  knownHosts: '/run/lab/known_hosts',
  etcHosts: '/run/lab/etc-hosts',
  /** LXC hooks; copies, because the package's path may contain spaces or be mounted noexec. */
  hooks: { autodev: '/run/lab/autodev.sh', portUp: '/run/lab/port-up.sh', disk: '/run/lab/disk.sh' },
  operatorNet: '/run/netns/operator',
  outsideNet: '/run/netns/outside',
} as const;

/** A file of lab/assets, both from source and from dist. */
export function asset(...parts: readonly string[]): string {
  return packageFile('lab', 'assets', ...parts);
}

/** A file of this package, its path starting at the folder of package.json. */
export function packageFile(...parts: readonly string[]): string {
  return join(packageRoot(), ...parts);
}

function packageRoot(): string {
  let folder = dirname(fileURLToPath(import.meta.url));
  while (!existsSync(join(folder, 'package.json'))) {
    const parent = dirname(folder);
    if (parent === folder)
      throw new Error('the lab cannot find its own package.json; the installation is incomplete, reinstall it');
    folder = parent;
  }
  return folder;
}
