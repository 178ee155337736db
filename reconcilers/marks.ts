/**
 * The closed list of marks that we leave on the things themselves. A mark says that a thing is ours, or a fact that the
 * world does not show; nothing that correctness depends on is remembered anywhere else.
 * Files say that they are ours in their first line (renderers/header.ts). Beside a member's data, and gone with it, its fence leaves
 * `.complete` and `.aof-off` (renderers/redis-fence.ts, redis-data.ts).
 */
export const marks = {
  /** external_ids of an OVS bridge or port: the Cluster that it belongs to. */
  ovsCluster: 'ec2-redis-operator/cluster',
  /** external_ids of an OVS port: the Tenant that it carries. */
  ovsTenant: 'ec2-redis-operator/tenant',
  /** external_ids of a container's port: the kernel's index of the device that was attached. Another index: it is black-holed. */
  ovsIndex: 'ec2-redis-operator/ifindex',
  /** Tag of everything of ours in EC2: the Cluster that it belongs to. */
  ec2Cluster: 'ec2-redis-operator/cluster',
  /** Tag of a thing of ours in EC2 that is no host: which part of the Cluster's network it is, such as `vpc` or `subnet-a`. */
  ec2Part: 'ec2-redis-operator/part',
  /** Tag of an instance of ours that `delete` stopped and keeps: since when, as ISO 8601. Such a one is not started again. */
  ec2Retired: 'ec2-redis-operator/retired',
  /**
   * Tag of an instance of ours, before it is stopped for SR-IOV: the driver that it was looked at for, with nothing in the way. One that stands still
   * cannot be looked at: without the tag, whoever stopped it, SR-IOV is not turned on.
   */
  ec2Driver: 'ec2-redis-operator/driver',
  /** Tag of an instance of ours and of its network interface: the host. */
  ec2Host: 'ec2-redis-operator/host',
  /** Comment of a line in the operator's known_hosts: the instance of ours on whose console EC2 showed the key. */
  knownInstance: 'ec2-redis-operator/instance',
  /** A member's folder `marks`: which member is to be the tenant's first master. Written on all hosts before any Redis may start as one. */
  bootstrap: 'bootstrap',
  /** A member's folder `marks`: the tenant had a master once; who is master is never decided again. */
  bootstrapped: 'bootstrapped',
  /** A member's folder `marks`: since when it is retired (seconds since 1970 by the host's clock), and its VLAN and address then. */
  retired: 'retired',
} as const;

/** Name, among the members' folders, of one whose removal has begun: names of documents hold no dot, so it reads only one way. */
export function goneName(owner: {
  readonly cluster: string;
  readonly tenant: string;
  readonly member: string;
}): string {
  return `.${owner.cluster}.${owner.tenant}.${owner.member}.gone`;
}

/** Where things of ours lie on a host. */
export const folders = {
  configuration: '/etc/ec2-redis-operator',
  state: '/var/lib/ec2-redis-operator',
  /** Gone after a reboot: stamps of what a process has loaded. */
  runtime: '/run/ec2-redis-operator',
} as const;

/** On a host, before it is rebooted: at which boot that was, and into which kernel. In vain, it is not done again. */
export const rebootMark = `${folders.state}/reboot`;
