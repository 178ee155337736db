import { fixed, lines, sh } from '../../renderers/shell.ts';
import { vznetPlaces } from '../../renderers/vznet.ts';
import { whole } from './reading.ts';
import type { HostSense } from './sense.ts';

/** A file system that something of ours is written to, as root finds it. */
export interface FileSystem {
  /** Where it is mounted. */
  readonly mount: string;
  /** False: the kernel refuses every write (EROFS), for root too. */
  readonly writable: boolean;
  /** Octets left to root, reserved blocks included; and in all. */
  readonly freeBytes: number;
  readonly totalBytes: number;
  /** Inodes left, and in all: 0 in all where the file system sets no limit. */
  readonly freeInodes: number;
  readonly inodes: number;
}

/** Folders that verbs, daemons and members write to, each once by the file system that it is on. CentOS 6 has no /run. */
export const writtenFolders = ['/', '/etc', '/var/lib', '/run', '/tmp'] as const;

export const fileSystems: HostSense<object, readonly FileSystem[]> = {
  via: 'host',
  script: () =>
    lines([
      sh`set -- ${writtenFolders}`,
      fixed(`[ -d /run ] || set -- $(printf '%s\\n' "$@" | grep -vx /run)
stat -f -c 'fs %n %S %b %f %d %c' -- "$@" || exit 1`),
      // access(2) says EROFS to root as well; nothing is written to find out.
      fixed('for folder in "$@"; do if [ -w "$folder" ]; then echo "writable $folder"; fi; done'),
      // After an I/O error newer kernels refuse writes without saying so to access(2). A file of ours is opened to append nothing: it stays as it is.
      sh`hook=${vznetPlaces.hook}`,
      fixed(`for file in /etc/systemd/system/ec2-redis-*.service "$hook"; do
  if [ ! -f "$file" ] || [ -L "$file" ]; then continue; fi
  (true >>"$file") 2>/dev/null || echo 'refused /etc'
  break
done`),
      fixed("sed 's/^/mount /' /proc/self/mountinfo"),
    ]),
  read: (raw) => whole(raw, fileSystemsOf),
};

function fileSystemsOf(stdout: string): readonly FileSystem[] {
  const rows = stdout.split('\n').map((line) => line.split(' '));
  const of = (kind: string) => rows.filter(([first]) => first === kind).map(([, ...rest]) => rest);
  const mounts = of('mount').map((fields) => fields[4] ?? '');
  const mountsOf = (kind: string) => of(kind).map(([folder = '']) => mountOf(folder, mounts));
  const writable = new Set(mountsOf('writable'));
  for (const mount of mountsOf('refused')) writable.delete(mount);
  const all = of('fs').map(([folder = '', ...numbers]) => {
    const [size = 0, blocks = 0, free = 0, freeInodes = 0, inodes = 0] = numbers.map(Number);
    if (numbers.length !== 5 || numbers.some((one) => !/^\d+$/.test(one))) throw new Error(`no figures of ${folder}`);
    const mount = mountOf(folder, mounts);
    return {
      mount,
      writable: writable.has(mount),
      freeBytes: size * free,
      totalBytes: size * blocks,
      freeInodes,
      inodes,
    };
  });
  const missing = writtenFolders.filter((folder) => folder !== '/run' && !of('fs').some(([seen]) => seen === folder));
  if (missing.length) throw new Error(`nothing about ${missing.join(' and ')}`);
  return [...new Map(all.map((one) => [one.mount, one])).values()];
}

/** The longest mount point that the folder lies in. */
function mountOf(folder: string, mounts: readonly string[]): string {
  const around = mounts.filter((mount) => mount === '/' || folder === mount || folder.startsWith(`${mount}/`));
  return around.reduce((longest, mount) => (mount.length > longest.length ? mount : longest), '/');
}
