/** Shell commands for a member's container on its host, for each runtime. */
export interface ContainerCommands {
  /** Runs a command line in the container; standard input is passed on. */
  inside(container: string, command: string): string;
  /** The same, with privileges that its own programs do not have, such as adding an address. */
  asHost(container: string, command: string): string;
  kill(container: string): string;
  /** Prints the line `running` if it runs. */
  state(container: string): string;
  /** Restarts it without adding its veth to Open vSwitch: the port exists, is up, has no error, and no packet passes. */
  blackHole(container: string): string;
  /** Changes the memory limit of the running container only, not its configuration. */
  limitMemory(container: string, size: string): string;
  /** Prints the names of all containers, one per line. */
  readonly list: string;
  /** Mounts the disk of a stopped container, runs a script in it, and unmounts it. */
  onDisk(container: string, script: string): string;
  /** The file that adds a container's veth to Open vSwitch, and another one that it needs to start. */
  portScript(container: string, vlan: number): string;
  startScript(container: string, vlan: number): string;
}

export type RuntimeName = 'lxc' | 'openvz';

/** The runtimes that slow tests try: LXC, with `npm run test:long` both, and with LAB_RUNTIME the one that it names. */
export const runtimesTried: readonly RuntimeName[] = ((requested) => {
  if (requested === 'lxc' || requested === 'openvz') return [requested];
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
    // exec3 passes its arguments unchanged; exec and exec2 pass them to a shell.
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
