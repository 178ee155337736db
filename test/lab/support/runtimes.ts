/** Shell commands of a host that do the same to a member's container, whatever runs it. */
export interface ContainerCommands {
  /** Runs a command line inside, as whoever logs in there; standard input is handed on. */
  inside(container: string, command: string): string;
  /** The same, with rights that its own programs may not have: to give it an address. */
  asHost(container: string, command: string): string;
  kill(container: string): string;
  /** Prints `running`, in a line, where it runs. */
  state(container: string): string;
  /** Stopped, and started in a way that leaves its veth out of Open vSwitch: the port is there, up, without error, and nothing passes. */
  blackHole(container: string): string;
  /** Another memory limit in force, and nowhere written. */
  limitMemory(container: string, size: string): string;
  /** Prints the names of all containers, a line each. */
  readonly list: string;
  /** Runs a script where the disk of a stopped container is mounted, and unmounts it. */
  onDisk(container: string, script: string): string;
  /** The file that puts a container's veth into Open vSwitch; and another one that it needs to start. */
  portScript(container: string, vlan: number): string;
  startScript(container: string, vlan: number): string;
}

export type RuntimeName = 'lxc' | 'openvz';

/** What takes a lab for long is tried with LXC, by `npm run test:long` with both, and with LAB_RUNTIME as that says. */
export const runtimesTried: readonly RuntimeName[] = ((asked) => {
  if (asked === 'lxc' || asked === 'openvz') return [asked];
  return process.env['LONG'] ? ['lxc', 'openvz'] : ['lxc'];
})(process.env['LAB_RUNTIME']);

export const runtimes: { readonly [R in RuntimeName]: ContainerCommands } = {
  lxc: {
    inside: (container, command) => `lxc-attach -n ${container} -- ${command}`,
    asHost: (container, command) => `lxc-attach -e -n ${container} -- ${command}`,
    kill: (container) => `lxc-stop -k -n ${container}`,
    state: (container) => `lxc-info -n ${container} -s -H | tr A-Z a-z`,
    blackHole: (container) =>
      `lxc-stop -k -n ${container}; lxc-start -n ${container} -s lxc.net.0.script.up=/bin/true </dev/null >/dev/null 2>&1`,
    limitMemory: (container, size) => {
      const limit = `lxc-cgroup -n ${container}`;
      return `${limit} memory.limit_in_bytes ${size} 2>/dev/null || ${limit} memory.max ${size}`;
    },
    list: 'lxc-ls -1',
    onDisk: (container, script) => `mkdir -p /mnt/disk
mount -o loop /var/lib/ec2-redis-operator/members/${container}/rootfs.img /mnt/disk
(cd /mnt/disk; ${script})
umount /mnt/disk`,
    portScript: (container) => `/var/lib/lxc/${container}/up`,
    startScript: (container) => `/var/lib/lxc/${container}/start-host`,
  },
  openvz: {
    // exec3 takes its words as they are; exec and exec2 would have a shell read them once more.
    inside: (container, command) => `vzctl exec3 ${container} ${command}`,
    asHost: (container, command) => `vzctl exec3 ${container} ${command}`,
    kill: (container) => `vzctl stop ${container} --fast`,
    state: (container) => `vzlist -H -o status ${container} | tr -d ' '`,
    blackHole: (container) => `cd /etc/vz
vzctl stop ${container} --fast; mv vznet.conf vznet.aside
vzctl start ${container}; code=$?
mv vznet.aside vznet.conf; exit $code`,
    limitMemory: (container, size) => `vzctl set ${container} --ram ${size}`,
    list: 'vzlist -a -H -o name',
    onDisk: (container, script) => `vzctl mount ${container}
(cd "/vz/root/$(vzlist -a -H -o ctid ${container} | tr -d ' ')"; ${script})
vzctl umount ${container}`,
    portScript: (_, vlan) => `/etc/ec2-redis-operator/openvz/ports/ct${vlan}`,
    startScript: (_, vlan) => `/etc/vz/conf/${10000 + vlan}.mount`,
  },
};
