import type { Runtime } from '../../../crds/fleet.ts';
import { folders, templateMark } from '../../../renderers/lib/markers.ts';
import { fixed, lines, sh } from '../../../renderers/lib/shell.ts';
import { vzPlaces } from '../../../renderers/openvz/openvz-conf.ts';
import type { Engine, EngineName } from '../engine.ts';
import type { HostProbe } from '../fact.ts';
import { whole } from '../script-result.ts';

/** The container template on a host: the tarball, and the images made from it. */
export interface Template {
  /** SHA-256 of the tarball. Undefined: there is none. */
  readonly tarball: string | undefined;
  readonly images: readonly TemplateImage[];
  /** Of a tarball that was built or brought here; undefined: nothing of ours was ever put there. */
  readonly origin?: TemplateOrigin;
}

/** The tarball as it was put there, and the digest of what it was built from; `-`: it was brought. */
export interface TemplateOrigin {
  readonly digest: string;
  readonly recipe: string;
}

/**
 * What members are created from: a finished ext4 image; with OpenVZ, the tarball in vzctl's template cache. `digest` is that of the tarball,
 * `bytes` the minimum size of a member's disk; `uid` and `gid` are those of the engine's user in it. `engine`: as its server program said of
 * itself, or as the list of its packages has it. Undefined: neither did.
 */
export interface TemplateImage {
  readonly digest: string;
  readonly bytes: number;
  readonly uid: number;
  readonly gid: number;
  readonly engine?: Engine;
}

interface Args {
  readonly runtime: Runtime['type'];
  readonly name: string;
  readonly tarball: string;
}

/** Path of a template's image. Its facts (digest, size and time of the tarball, ids of redis) are beside it and are written first. */
export function templateImage(name: string, digest: string): string {
  return `${folders.state}/templates/${name}@${digest}.img`;
}

/** Path where vzctl looks for a template of this name. */
export function templateCache(name: string, tarball: string): string {
  return `${vzPlaces.cache}/${name}${/\.tar(\.gz|\.bz2|\.xz)?$/.exec(tarball)?.[0] ?? '.tar.gz'}`;
}

/** The tarball is read only if its size or time differs from when its image was made. */
export const template: HostProbe<Args, Template> = {
  via: 'host',
  seconds: 60,
  script: ({ runtime, name, tarball }) =>
    lines([
      sh`origin=${templateMark(tarball)} tarball=${tarball} prefix=${`${folders.state}/templates/${name}@`} cache=${templateCache(name, tarball)}`,
      fixed(`observed='' sum=''
[ ! -f "$tarball" ] || observed=$(stat -Lc '%s %.9Y' -- "$tarball") || exit 1`),
      fixed(runtime === 'openvz' ? cached : images),
      fixed(`if [ -f "$origin" ]; then
  read -r put recipe <"$origin"
  echo "origin $put $recipe"
fi
[ -n "$observed" ] || exit 0
[ -n "$sum" ] || sum=$(sha256sum <"$tarball") || exit 1
echo "tarball \${sum%% *}"`),
    ]),
  read: (raw) => whole(raw, templateOf),
};

const images = `for facts in "$prefix"*.facts; do
  image=\${facts%.facts}.img
  if ! [ -f "$facts" ] || ! [ -f "$image" ]; then continue; fi
  read -r digest size time uid gid engine <"$facts"
  # What OpenVZ's image of that template says goes on with a number of bytes.
  case $engine in [0-9]*) continue ;; esac
  echo "image $digest $(stat -c %s -- "$image") $uid $gid $engine"
  [ "$observed" != "$size $time" ] || sum=$digest
done`;

// The facts hold size and time of the tarball in vzctl's template cache, as of when it was copied there.
const cached = `there=$(stat -Lc '%s %.9Y' -- "$cache" 2>/dev/null) || there=''
for facts in "$prefix"*.facts; do
  [ -f "$facts" ] || continue
  read -r digest size time uid gid bytes at when engine <"$facts"
  [ "$at $when" != "$there" ] || echo "image $digest $bytes $uid $gid $engine"
  [ "$observed" != "$size $time" ] || sum=$digest
done`;

function templateOf(stdout: string): Template {
  const lines = stdout.split('\n').filter(Boolean);
  const tarball = lines.find((line) => line.startsWith('tarball '))?.slice('tarball '.length);
  const images = lines.filter((line) => line.startsWith('image ')).map(imageOf);
  const [, digest, recipe] = /^origin ([0-9a-f]{64}) ([0-9a-f]{64}|-)$/m.exec(stdout) ?? [];
  return { tarball, images, ...(digest && recipe ? { origin: { digest, recipe } } : {}) };
}

function imageOf(line: string): TemplateImage {
  const [, digest, bytes, uid, gid, name, version] =
    /^image ([0-9a-f]{64}) (\d+) (\d+) (\d+)(?: (redis|valkey) (\d[\d.]*)| -)? *$/.exec(line) ?? [];
  if (!digest) throw new Error(`not the line of an image: ${line}`);
  const engine = name && version ? { engine: { name: name as EngineName, version } } : {};
  return { digest, bytes: Number(bytes), uid: Number(uid), gid: Number(gid), ...engine };
}
