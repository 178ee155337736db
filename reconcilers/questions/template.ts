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

/** A finished ext4 image; `digest` is that of the tarball it was made from, `uid` and `gid` are of user redis in it. */
export interface TemplateImage {
  readonly digest: string;
  readonly bytes: number;
  readonly uid: number;
  readonly gid: number;
}

interface Args {
  readonly name: string;
  readonly tarball: string;
}

/** Where a template's image lies. Its facts (digest, size and time of the tarball, ids of redis) lie beside it and come first. */
export function templateImage(name: string, digest: string): string {
  return `${folders.state}/templates/${name}@${digest}.img`;
}

/** The tarball is read only when its size or time is another than when its image was made. */
export const template: HostSense<Args, Template> = {
  via: 'host',
  seconds: 60,
  script: ({ name, tarball }) =>
    lines([
      sh`tarball=${tarball} prefix=${`${folders.state}/templates/${name}@`}`,
      fixed(`seen='' sum=''
[ ! -f "$tarball" ] || seen=$(stat -Lc '%s %.9Y' -- "$tarball") || exit 1
for facts in "$prefix"*.facts; do
  image=\${facts%.facts}.img
  if ! [ -f "$facts" ] || ! [ -f "$image" ]; then continue; fi
  read -r digest size time uid gid <"$facts"
  echo "image $digest $(stat -c %s -- "$image") $uid $gid"
  [ "$seen" != "$size $time" ] || sum=$digest
done
[ -n "$seen" ] || exit 0
[ -n "$sum" ] || sum=$(sha256sum <"$tarball") || exit 1
echo "tarball \${sum%% *}"`),
    ]),
  read: (raw) => whole(raw, templateOf),
};

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
