import { header } from './header.ts';
import { fixed, lines, type Script, sh } from './shell.ts';
import { digest, joined, reveal, type Text } from './text.ts';

/** What a member's container takes up when its file system is mounted: what OpenVZ itself has no parameter for. */
export interface OpenvzBoot {
  /** VE_ROOT, where the host has the container's file system while it is mounted. */
  readonly root: string;
  /** The member's folder on the host: conf/, console/. */
  readonly folder: string;
  /** `10.101.0.11/24`, and the MTU of eth0. */
  readonly address: string;
  readonly mtu: number;
  readonly datapath: 'system' | 'netdev';
}

/** File in the container's /run that says with which script its file system was mounted; the host sees it under VE_ROOT. */
export const bootStamp = 'run/ec2-redis-boot';

/**
 * CTID.mount, an action script of vzctl: on the host, with the file system at VE_ROOT and nothing of the container running. Its links may
 * lead anywhere, since the container wrote them: what is not where it seems to be is refused. It leaves nothing mounted when it fails.
 */
export function openvzMount(boot: OpenvzBoot): Text {
  return joined(['#!/bin/sh\n', header, lines([sh`boot=${bootDigest(boot)}`]), body(boot)]);
}

/** Digest of what takes effect only when the container is mounted and started anew. */
export function bootDigest(boot: OpenvzBoot): string {
  return digest(reveal(body(boot)));
}

/** CTID.umount: after the container has ended, before its file system is unmounted. */
export function openvzUmount({ root, folder }: Pick<OpenvzBoot, 'root' | 'folder'>): Text {
  return joined(['#!/bin/sh\n', header, lines([sh`root=${root} folder=${folder}`]), fixed(`set -u\n${letGo}let_go\n`)]);
}

function body({ root, folder, address, mtu, datapath }: OpenvzBoot): Script {
  const init = lines([
    fixed(`#!/bin/sh\n${console}`),
    sh`address=${address} mtu=${mtu}`,
    fixed(network),
    ...(datapath === 'netdev' ? [fixed('ethtool -K eth0 tx off >/dev/null')] : []),
    fixed('exec /bin/sh /etc/redis/init'),
  ]);
  return lines([sh`root=${root} folder=${folder}`, fixed(prepare), fixed(`put init <<'END'\n`), init, fixed(end)]);
}

// A file system that is busy still, with a process that is about to end, goes when that has ended.
const letGo = `let_go() {
  for point in "$root/run/console" "$root/run" "$root/etc/redis" "$folder/console"; do
    while mountpoint -q "$point"; do umount "$point" 2>/dev/null || umount -l "$point" || break; done
  done
}
`;

// The fence works in /run: on the disk, a full one would keep Redis from ever starting again. What PID 1 prints is kept in memory, and
// little of it; the host reads it in the member's folder. PID 1 is /sbin/init by vzctl's own rule, and /sbin/halt is what it runs to stop.
const prepare = `set -eu
umask 022
${letGo}trap let_go EXIT
straight() {
  [ "$(readlink -f -- "$1")" = "$1" ] && return
  echo "$1 leads elsewhere, or is gone: the container is not started with it" >&2
  exit 1
}
let_go
straight "$root"
straight "$root/etc"
mkdir -p "$root/etc/redis" "$root/run"
straight "$root/etc/redis"
straight "$root/run"
sbin=$(readlink -f -- "$root/sbin")
case $sbin in "$root"/*) ;; *) straight "$root/sbin" ;; esac
mkdir -p "$folder/console"
mount -t tmpfs -o nosuid,nodev,noexec,mode=0700,size=2m tmpfs "$folder/console"
mount --bind "$folder/conf" "$root/etc/redis"
mount -t tmpfs -o nosuid,nodev,noexec,mode=0755,size=4m tmpfs "$root/run"
mkdir -m 0700 "$root/run/console"
mount --bind "$folder/console" "$root/run/console"
ln -sfn console/log "$folder/console.log"
printf '%s\\n' "$boot" >"$root/${bootStamp}"
put() {
  rm -rf -- "$sbin/$1.new"
  cat >"$sbin/$1.new"
  chmod 0755 "$sbin/$1.new"
  mv -fT -- "$sbin/$1.new" "$sbin/$1"
}
put halt <<'END'
#!/bin/sh
kill -TERM 1
END`;

const end = `END
trap - EXIT`;

const console = `exec </dev/null >>/run/console/log 2>&1
while sleep 10; do
  [ "$(stat -c %s /run/console/log)" -le 1048576 ] || : >/run/console/log
done &
ulimit -n 65536 || :`;

// The device comes before PID 1 does, and is awaited all the same.
const network = `tries=0
until [ -e /sys/class/net/eth0 ] || [ "$tries" -ge 50 ]; do
  tries=$((tries + 1))
  sleep 0.1
done
ip link set dev lo up
ip link set dev eth0 mtu "$mtu" up
ip address replace "$address" dev eth0`;
