import type { ScriptResult } from '../renderers/host-batch.ts';
import { folders } from '../renderers/lib/markers.ts';
import { exited, succeeded } from './answer.ts';
import { exitsFile } from './conf.ts';
import { sumOf } from './files.ts';
import { memberFolders } from './lxc.ts';
import { containerIn } from './members.ts';
import type { Container, Disk, HostWorld } from './world.ts';

const root = `${folders.state}/members`;

/** The output of the listing of members (facts/member/members-script.ts): fields separated by tabs. */
export function renderMembers(host: HostWorld): ScriptResult {
  const names = memberFolders(host).filter((name) => inFolder(host, `${name}/conf/`).length);
  if (!memberFolders(host).length) return exited(44);
  const conf = names.flatMap((name) => inFolder(host, `${name}/conf/`));
  const of = (...wanted: readonly string[]) => conf.filter((path) => wanted.includes(path.split('/')[2] ?? ''));
  const textOf = (path: string) => host.files[`${root}/${path}`]?.text ?? '';
  const rows = [
    ...names.flatMap((name) => memberRows(host, name)),
    ...conf.map((path) => ['file', path, host.files[`${root}/${path}`]?.mode]),
    ...of('redis-run', 'sentinel-run', 'auth').map((path) => ['sum', path, sumOf(textOf(path))]),
    ...of('redis.conf', 'sentinel.conf').flatMap((path) =>
      plainLines(textOf(path)).map((line) => ['line', path, line]),
    ),
    ...of('redis.conf', 'sentinel.conf').flatMap((path) =>
      secretsIn(textOf(path)).map(([key, sum]) => ['secret', path, key, sum]),
    ),
  ];
  return succeeded(rows.map((row) => `${row.join('\t')}\n`).join(''));
}

function memberRows(host: HostWorld, name: string): readonly (readonly string[])[] {
  const container = containerIn(host, `${root}/${name}`);
  const startGuard = host.files[`${root}/${name}/conf/start-guard`]?.text.split('\n')[0];
  const exits = host.files[`${root}/${name}/conf/${exitsFile}`]?.text.split('\n')[0];
  return [
    ['member', name, '-'],
    ...inFolder(host, `${name}/marks/`).map((path) => [
      'mark',
      name,
      path.split('/')[2] ?? '',
      host.files[`${root}/${path}`]?.text.split('\n')[0] ?? '',
    ]),
    ...(startGuard === undefined ? [] : [['start-guard', name, startGuard]]),
    ...(exits === undefined ? [] : [['exits', name, exits]]),
    ...(container
      ? [
          ['data', name, dataOf(host.disks[`${root}/${name}/rootfs.img`]), '4096 262144 131072'],
          ['kills', name, '0'],
          ...processRows(name, container),
        ]
      : []),
  ];
}

/** From /proc/PID/stat, including a forked child of Redis that is saving, which is not another server. */
function processRows(name: string, { pid, redis, sentinel }: Container): readonly (readonly string[])[] {
  const stat = (own: number, command: string, state: string, parent: number) => [
    'process',
    name,
    `${own} (${command}) ${state} ${parent} 1 1 0 -1 4194560`,
  ];
  return [
    ...(redis ? [stat(redis.pid, 'redis-server', redis.stopped ? 'T' : 'S', pid)] : []),
    ...(redis && !redis.stopped ? [stat(redis.pid + 100_000, 'redis-server', 'R', redis.pid)] : []),
    ...(sentinel ? [stat(sentinel.pid, 'redis-sentinel', sentinel.stopped ? 'T' : 'S', pid)] : []),
  ];
}

export function dataOf(disk: Disk | undefined): 'complete' | 'partial' | 'empty' {
  if (!disk?.filled) return 'empty';
  return disk.complete ? 'complete' : 'partial';
}

/** Lines of a configuration that cannot contain a secret. */
export function plainLines(text: string): readonly string[] {
  return text.split('\n').filter((line) => {
    const [first = '', second = ''] = line.trim().toLowerCase().split(/\s+/);
    if (!line.trim() || line.trim().startsWith('#') || /pass|auth|user|acl/.test(first)) return false;
    return !(/sentinel/.test(first) && /pass|auth|user/.test(second));
  });
}

/** SHA-256 of secrets by name: of the last word of the line without quotes. Those of `user default` are so already. */
export function secretsIn(text: string): readonly (readonly [string, string])[] {
  const wanted = /^(requirepass|masterauth|sentinel\s+(auth-pass|sentinel-pass))\s.*?(\S+)$/i;
  const user = text.split('\n').find((line) => /^user\s+default\s.*#/i.test(line));
  const sums = user?.split(/\s+/).flatMap((word) => (word.startsWith('#') ? [word.slice(1)] : []));
  const several = sums ? [['user', sums.join(' ')] as const] : [];
  const others = text.split('\n').flatMap((line) => {
    const [, key = '', inner, value] = wanted.exec(line) ?? [];
    return value === undefined ? [] : [[inner ?? key, sumOf(value.replace(/^"/, '').replace(/"$/, ''))] as const];
  });
  return [...several, ...others];
}

/** Paths in the member's directory, relative to it. */
function inFolder(host: HostWorld, prefix: string): readonly string[] {
  const whole = `${root}/${prefix}`;
  return Object.keys(host.files)
    .filter((path) => path.startsWith(whole))
    .map((path) => path.slice(root.length + 1))
    .sort();
}
