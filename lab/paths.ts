import { existsSync } from 'node:fs';
import { homedir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** What lies on the machine: one folder, and nothing else. */
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

/** What lies inside a lab's own world, on its private tmpfs. */
export const WORLD = {
  folder: '/run/lab',
  images: '/run/lab/images',
  hosts: '/run/lab/hosts',
  lxc: '/run/lab/lxc',
  log: '/run/lab/log',
  control: '/run/lab/control.sock',
  key: '/run/lab/id_ed25519',
  knownHosts: '/run/lab/known_hosts',
  etcHosts: '/run/lab/etc-hosts',
  /** What LXC calls; copies, since where the package lies may hold spaces or forbid execution. */
  hooks: { autodev: '/run/lab/autodev.sh', portUp: '/run/lab/port-up.sh', disk: '/run/lab/disk.sh' },
  operatorNet: '/run/netns/operator',
} as const;

/** A file of lab/assets; the same whether this runs from source or from dist. */
export function asset(...parts: readonly string[]): string {
  return join(packageRoot(), 'lab', 'assets', ...parts);
}

function packageRoot(): string {
  let folder = dirname(fileURLToPath(import.meta.url));
  while (!existsSync(join(folder, 'package.json'))) {
    const parent = dirname(folder);
    if (parent === folder)
      throw new Error('The lab cannot find its own package.json; the installation is incomplete: reinstall it.');
    folder = parent;
  }
  return folder;
}
