import { header } from '../lib/header.ts';
import { fixed, lines, type Script, sh } from '../lib/shell.ts';
import { digest, joined, reveal, type Text } from '../lib/text.ts';

/** What takes effect when a container's file system is mounted: settings that OpenVZ has no parameter for. */
export interface OpenvzBoot {
  /** VE_ROOT: the mount point of the container's file system on the host. */
  readonly root: string;
  /** The member's directory on the host: conf/, console/. */
  readonly folder: string;
  /** `10.101.0.11/24`, and the MTU of eth0. */
  readonly address: string;
  readonly mtu: number;
  readonly datapath: 'system' | 'netdev';
}

/** File in the container's /run with the digest of the script that mounted its file system. The host reads it under VE_ROOT. */
export const bootStamp = 'run/ec2-redis-boot';

/**
 * CTID.mount, an action script of vzctl. It runs on the host, with the file system mounted at VE_ROOT and no process of the container running.
 * Links in the file system may lead anywhere, since the container wrote them, so paths that lead elsewhere are refused. If it fails, it leaves
 * nothing mounted. /sbin/init must begin with `#!`: vzctl executes it with execve(2), which has no shell to fall back on.
 */
export function openvzMount(boot: OpenvzBoot): Text {
  return joined(['#!/bin/sh\n', header, lines([sh`boot=${bootDigest(boot)}`]), body(boot)]);
}

/** Digest of what takes effect only when the container is mounted and started again. */
export function bootDigest(boot: OpenvzBoot): string {
  return digest(reveal(body(boot)));
}

/** CTID.umount: runs after the container has stopped, before its file system is unmounted. */
export function openvzUmount({ root, folder }: Pick<OpenvzBoot, 'root' | 'folder'>): Text {
  return joined([
    '#!/bin/sh\n',
    header,
    lines([sh`root=${root} folder=${folder}`]),
    fixed(`set -u\n${unmountAll}unmount_all\n`),
  ]);
}

function body({ root, folder, address, mtu, datapath }: OpenvzBoot): Script {
  const init = lines([
    fixed(`#!/bin/sh\n${console}`),
    sh`address=${address} mtu=${mtu}`,
    fixed(network),
    ...(datapath === 'netdev' ? [fixed('ethtool -K eth0 tx off >/dev/null')] : []),
    fixed('exec /bin/sh /etc/redis/init'),
  ]);
  return lines([sh`root=${root} folder=${folder}`, fixed(prepare), fixed("put init <<'END'"), init, fixed(end)]);
}

// A file system that is still in use by a process about to end is unmounted once that has ended.
const unmountAll = `unmount_all() {
  for point in "$root/run/console" "$root/run" "$root/etc/redis" "$folder/console"; do
    while mountpoint -q "$point"; do umount "$point" 2>/dev/null || umount -l "$point" || break; done
  done
}
`;

// The start guard works in /run: on the disk, it would keep Redis from ever starting again once that is full. The output of PID 1 is kept
// in memory, a limited amount; the host reads it in the member's directory. vzctl runs /sbin/init as PID 1, and /sbin/halt to stop it.
const prepare = `set -eu
umask 022
${unmountAll}trap unmount_all EXIT
straight() {
  [ "$(readlink -f -- "$1")" = "$1" ] && return
  echo "$1 leads elsewhere or does not exist; the container is not started" >&2
  exit 1
}
unmount_all
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

// The device is created before PID 1 starts, but the script waits for it all the same.
const network = `tries=0
until [ -e /sys/class/net/eth0 ] || [ "$tries" -ge 50 ]; do
  tries=$((tries + 1))
  sleep 0.1
done
ip link set dev lo up
ip link set dev eth0 mtu "$mtu" up
ip address replace "$address" dev eth0`;
