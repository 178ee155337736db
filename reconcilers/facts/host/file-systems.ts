import { membersFolder } from '../../../renderers/data-volume/device.ts';
import { fixed, lines, sh } from '../../../renderers/lib/shell.ts';
import { vznetPlaces } from '../../../renderers/openvz/vznet.ts';
import type { HostProbe } from '../fact.ts';
import { whole } from '../script-result.ts';

/** A file system that we write to, as root sees it. */
export interface FileSystem {
  /** Its mount point. */
  readonly mount: string;
  /** False: the kernel refuses all writes (EROFS), for root as well. */
  readonly writable: boolean;
  /** Bytes available to root, reserved blocks included; and in total. */
  readonly freeBytes: number;
  readonly totalBytes: number;
  /** Free inodes, and their total: 0 if the file system has no limit. */
  readonly freeInodes: number;
  readonly inodes: number;
}

/** Directories that operations, daemons and members write to: not /tmp. CentOS 6 has no /run. */
export const writtenFolders = ['/', '/etc', '/var/lib', '/run'] as const;

export const fileSystems: HostProbe<object, readonly FileSystem[]> = {
  via: 'host',
  script: () =>
    lines([
      sh`set -- ${writtenFolders}`,
      fixed(`[ -d /run ] || set -- $(printf '%s\\n' "$@" | grep -vx /run)
[ ! -d ${membersFolder} ] || set -- "$@" ${membersFolder}
stat -f -c 'fs %n %S %b %f %d %c' -- "$@" || exit 1`),
      // access(2) returns EROFS for root as well, so nothing has to be written.
      fixed('for folder in "$@"; do if [ -w "$folder" ]; then echo "writable $folder"; fi; done'),
      // After an I/O error newer kernels refuse writes, but access(2) succeeds. So one of our files is opened for appending, and not changed.
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
    if (numbers.length !== 5 || numbers.some((one) => !/^\d+$/.test(one))) throw new Error(`no numbers for ${folder}`);
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
  if (missing.length) throw new Error(`no numbers for ${missing.join(' and ')}`);
  return [...new Map(all.map((one) => [one.mount, one])).values()];
}

/** The longest mount point that contains the directory. */
function mountOf(folder: string, mounts: readonly string[]): string {
  const around = mounts.filter((mount) => mount === '/' || folder === mount || folder.startsWith(`${mount}/`));
  return around.reduce((longest, mount) => (mount.length > longest.length ? mount : longest), '/');
}
