import type { Runtime } from '../../crds/fleet.ts';
import { vzPlaces } from '../../renderers/openvz-conf.ts';
import { fixed, lines, sh } from '../../renderers/shell.ts';
import { folders } from '../marks.ts';
import { whole } from './reading.ts';
import type { HostSense } from './sense.ts';

/** The container template on a host: the tarball that people bring, and the images made from it. */
export interface Template {
  /** SHA-256 of the tarball; undefined: there is none. */
  readonly tarball: string | undefined;
  readonly images: readonly TemplateImage[];
}

/**
 * What members are made from: a finished ext4 image; with OpenVZ, the tarball in vzctl's place. `digest` is that of the tarball, `bytes` what
 * a member's disk needs at least, `uid` and `gid` are of user redis in it.
 */
export interface TemplateImage {
  readonly digest: string;
  readonly bytes: number;
  readonly uid: number;
  readonly gid: number;
}

interface Args {
  readonly runtime: Runtime['type'];
  readonly name: string;
  readonly tarball: string;
}

/** Where a template's image lies. Its facts (digest, size and time of the tarball, ids of redis) lie beside it and come first. */
export function templateImage(name: string, digest: string): string {
  return `${folders.state}/templates/${name}@${digest}.img`;
}

/** Where vzctl looks for a template of this name. */
export function templateCache(name: string, tarball: string): string {
  return `${vzPlaces.cache}/${name}${/\.tar(\.gz|\.bz2|\.xz)?$/.exec(tarball)?.[0] ?? '.tar.gz'}`;
}

/** The tarball is read only when its size or time is another than when its image was made. */
export const template: HostSense<Args, Template> = {
  via: 'host',
  seconds: 60,
  script: ({ runtime, name, tarball }) =>
    lines([
      sh`tarball=${tarball} prefix=${`${folders.state}/templates/${name}@`} cache=${templateCache(name, tarball)}`,
      fixed(`seen='' sum=''
[ ! -f "$tarball" ] || seen=$(stat -Lc '%s %.9Y' -- "$tarball") || exit 1`),
      fixed(runtime === 'openvz' ? cached : images),
      fixed(`[ -n "$seen" ] || exit 0
[ -n "$sum" ] || sum=$(sha256sum <"$tarball") || exit 1
echo "tarball \${sum%% *}"`),
    ]),
  read: (raw) => whole(raw, templateOf),
};

const images = `for facts in "$prefix"*.facts; do
  image=\${facts%.facts}.img
  if ! [ -f "$facts" ] || ! [ -f "$image" ]; then continue; fi
  read -r digest size time uid gid <"$facts"
  echo "image $digest $(stat -c %s -- "$image") $uid $gid"
  [ "$seen" != "$size $time" ] || sum=$digest
done`;

// The facts say what the tarball in vzctl's place was like when it was put there.
const cached = `there=$(stat -Lc '%s %.9Y' -- "$cache" 2>/dev/null) || there=''
for facts in "$prefix"*.facts; do
  [ -f "$facts" ] || continue
  read -r digest size time uid gid bytes cached <"$facts"
  [ "$cached" != "$there" ] || echo "image $digest $bytes $uid $gid"
  [ "$seen" != "$size $time" ] || sum=$digest
done`;

function templateOf(stdout: string): Template {
  const lines = stdout.split('\n').filter(Boolean);
  const tarball = lines.find((line) => line.startsWith('tarball '))?.slice('tarball '.length);
  return { tarball, images: lines.filter((line) => line.startsWith('image ')).map(imageOf) };
}

function imageOf(line: string): TemplateImage {
  const [, digest, bytes, uid, gid] = /^image ([0-9a-f]{64}) (\d+) (\d+) (\d+)$/.exec(line) ?? [];
  if (!digest) throw new Error(`not an image's line: ${line}`);
  return { digest, bytes: Number(bytes), uid: Number(uid), gid: Number(gid) };
}
