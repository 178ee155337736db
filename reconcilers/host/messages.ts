/** What `prepare` says in the mode `check`. `todo`: what would have been done. */
export function manualPreparation(todo: string, meanwhile = 'everything that depends on it waits'): string {
  return `${todo} (not done, as spec.preparation.mode is check); ${meanwhile}`;
}

const meanwhile =
  'Until then nothing is changed on this host. Members on it keep running, but cannot save their data or restart';

export function readOnlyFileSystem(host: string, mount: string): string {
  return `the kernel remounts a file system read-only after an I/O error: see dmesg on ${host}, repair or replace the disk, then run mount -o remount,rw ${mount}. ${meanwhile}`;
}

export function fullFileSystem(host: string, mount: string): string {
  if (mount === '/run')
    return `it is in memory, and the operator's lock, sockets and state of what runs there are in it: free some space on ${host} (du -xh /run | sort -h; journalctl --vacuum-size=50M), or enlarge it (mount -o remount,size=… /run). Until then nothing is changed on this host. What runs there keeps running, but may not restart, and a proxy may not take over the virtual IP`;
  return `free some space on ${host} (du -xh ${mount} | sort -h), or enlarge the volume. ${meanwhile}`;
}

export const nearlyFullFileSystem =
  'disk images of members are sparse and still grow: enlarge the file system before it is full';

export function unsupportedSystem(host: string): string {
  return `${host} runs an unsupported operating system; use a supported one for ${host}. Nothing is changed on this host`;
}

export function unsuitableForProxy(host: string, system: string): string {
  return `${system} does not provide what a proxy needs (HAProxy 2.4, keepalived 2.0.6, curl 7.75); use a different operating system for ${host}. Nothing is changed on this host`;
}

export function unsuitableForRuntime(host: string, system: string, runtime: string): string {
  return `${system} does not run containers of spec.runtime.type ${runtime}; use a different operating system for ${host}, or declare another runtime. Nothing is changed on this host`;
}

export function unsuitableForBuilding(host: string, system: string): string {
  return `no template can be built on ${system}, and ${host} is the first Redis host, which builds it: bring one instead (spec.runtime.template.from: file, url or s3), or use a different operating system for ${host}`;
}

export function notInDistribution(system: string, todo: string): string {
  return `${system} does not provide it: ${todo}, or use a different operating system for this host`;
}

export function selinuxEnforcing(host: string): string {
  return `its policy keeps HAProxy from Redis, and keepalived's scripts from the EC2 API, and is not changed here: run setenforce 0 on ${host}, and set SELINUX=permissive in /etc/selinux/config. Everything that depends on this host's system waits`;
}

export function adoptedAsIs(system: string, todo: string): string {
  return `${todo}; nothing is installed on ${system} hosts automatically`;
}

export function packageTooOld(host: string, lacks: string): string {
  return `this version lacks ${lacks}: install a newer one on ${host}. Installed packages are never upgraded, and everything that depends on it waits`;
}

export function packageVersion(host: string, name: string, version: string): string {
  return `installed packages are never replaced: install ${name} ${version} on ${host} at a convenient time, or correct spec.preparation.versions`;
}

export function bootDefaultDiffers(host: string, kernelPackage: string, atBoot: string | undefined): string {
  return `${kernelPackage} is installed, but ${host} would boot ${atBoot ?? 'another kernel'}: make it the default (grubby --set-default=/boot/vmlinuz-…). No container runs there until then`;
}

export function rebootedInVain(host: string, kernel: string, running: string): string {
  return `${host} was rebooted into ${kernel} and came up with ${running}: see its console (aws ec2 get-console-output) and /boot/grub/grub.conf`;
}

/** `todo` for a driver that the next kernel lacks; `enabled`: EC2 presents that network interface already. */
export function driverMissing(host: string, driver: string, kernel: string, enabled: boolean): string {
  const install = `install a kernel that has ${driver}, or build it for this one and run depmod ${kernel}`;
  return enabled
    ? `${host} would come up without network at its next boot; before that, ${install}`
    : `with that network interface ${host} would come up without network for good, so it is not enabled: ${install}; or declare enhancedNetworking: none`;
}

export function driverDiffers(host: string, driver: string, fits: string): string {
  return `${host} works, but with another network interface than declared: its instance type does not have it, or the driver failed (see dmesg and modinfo ${driver} there). Change the type, fix the driver, or declare enhancedNetworking: ${fits}`;
}

export function bootNotFinished(host: string): string {
  return `cloud-init prepares ${host}: it creates users, holds the lock of the package manager and restarts sshd, so nothing is changed there until it has finished. If that lasts, see cloud-init status --long and /var/log/cloud-init-output.log on ${host}`;
}

export function bootFailed(host: string, detail: string): string {
  return `cloud-init has ended with an error on ${host}: ${detail}. What it should have set up there (users, keys, user data) may be missing; the host is prepared all the same. See cloud-init status --long and /var/log/cloud-init.log on it`;
}

export function packageManagerLocked(host: string, holder: string): string {
  return `${holder} works on the packages of ${host}: ours are installed as soon as it has ended. If that lasts, see ps -C apt-get,dpkg,unattended-upgr,yum there`;
}

export function clockBeforePackages(host: string): string {
  return `${host} was booted a short time ago, and its clock is not set yet: a package manager rejects repositories and certificates that are newer than the clock. Packages are installed once it is synchronized, or ten minutes after the boot`;
}

export function clockNotSynchronized(unit: string): string {
  return `${unit} has not reached its time servers. That takes minutes after a start; if it lasts, see chronyc sources. EC2 refuses requests signed with a clock that is five minutes off, among them those that move the VIP`;
}

export function deviceNotShown(volume: string, host: string): string {
  return `EC2 reports ${volume} as attached, and the kernel of ${host} does not show it yet. If this persists, a reboot may help; see dmesg there`;
}

export function otherMount(volume: string, device: string, host: string): string {
  return `something else is mounted over the members' directories of ${host}, or ${volume} was detached while it was mounted: stop the containers (systemctl stop ec2-redis-containers), then umount /var/lib/ec2-redis-operator/members; ${device} is mounted by the next apply`;
}

/** Nothing is formatted or mounted: what is on it may be somebody's data. */
export function foreignContent(volume: string, device: string, host: string): string {
  return `${volume} (${device} on ${host}) is neither blank nor has an ext4 file system, and is left alone: see what is on it (blkid -p ${device}), and if nobody needs that, clear it (wipefs -a ${device}, and blkdiscard -z ${device})`;
}

export function membersOnRootVolume(host: string, tenants: string): string {
  return `the members on ${host}${tenants ? ` (${tenants})` : ''} were created before the data volume, and stay on the root volume. Move one host after the other, when its tenants can do without it: terminate the instance; members of its successor are created on the data volume, and copy everything from their masters`;
}
