/**
 * The complete list of markers that are stored on managed objects. A marker records ownership, or a fact that cannot be observed otherwise.
 * No other state that correctness depends on is stored anywhere. Files are marked by their first line (header.ts). The start guard leaves
 * `.complete` and `.aof-off` beside a member's data (renderers/redis/start-guard.ts, renderers/redis/data.ts).
 */
export const markers = {
  /** external_ids of an OVS bridge or port: the Cluster that it belongs to. */
  ovsCluster: 'ec2-redis-operator/cluster',
  /** external_ids of an OVS port: the Tenant that it carries. */
  ovsTenant: 'ec2-redis-operator/tenant',
  /** external_ids of a container's port: the kernel's index of the attached device. If the device has another index, its traffic is dropped. */
  ovsIndex: 'ec2-redis-operator/ifindex',
  /** Tag of every managed EC2 resource: the Cluster that it belongs to. */
  ec2Cluster: 'ec2-redis-operator/cluster',
  /** Tag of a managed EC2 resource that is not a host: which part of the Cluster it is, such as `vpc`, `subnet-a`, or `data` for a data volume. */
  ec2Part: 'ec2-redis-operator/part',
  /** Tag of a managed instance that `delete` stopped and keeps, and of its data volume: since when, as ISO 8601. Neither is used again. */
  ec2Retired: 'ec2-redis-operator/retired',
  /**
   * Tag of a managed instance before it is stopped for SR-IOV: the driver that it was found to have, with everything else in order. A stopped
   * instance cannot be checked, so SR-IOV is turned on only if it has the tag, whoever stopped it.
   */
  ec2Driver: 'ec2-redis-operator/driver',
  /**
   * Tag of a managed instance: the data volume that was attached to it, before it was. If that volume is gone, no empty one is created. A
   * successor inherits it. Another value than a volume's id is the user's consent to an empty volume.
   */
  ec2DataVolume: 'ec2-redis-operator/data-volume',
  /** Tag of a managed instance, of its network interface and of its volumes: the host. */
  ec2Host: 'ec2-redis-operator/host',
  /** Comment of a line in our known_hosts: the managed instance on whose console the key was shown. */
  knownInstance: 'ec2-redis-operator/instance',
  /** A member's folder `markers`: which member is the tenant's initial master. Written on all hosts before any Redis may start as one. */
  bootstrap: 'bootstrap',
  /** A member's folder `markers`: the tenant has had a master; the initial master is never chosen again. */
  bootstrapped: 'bootstrapped',
  /** A member's folder `markers`: since when it is retired (seconds since 1970 by the host's clock), its VLAN and address at that time, and why, if it left its tenant or is to get another addressing. */
  retired: 'retired',
  /** A member's folder `markers`: since when its former root is kept (seconds since 1970 by the host's clock), written before that has its name. */
  former: 'former',
} as const;

/** Name of a member's directory whose removal has begun. Names of documents contain no dot, so it is unambiguous. */
export function tombstoneName(owner: {
  readonly cluster: string;
  readonly tenant: string;
  readonly member: string;
}): string {
  return `.${owner.cluster}.${owner.tenant}.${owner.member}.gone`;
}

/** Our directories on a host. */
export const folders = {
  configuration: '/etc/ec2-redis-operator',
  state: '/var/lib/ec2-redis-operator',
  /** Cleared by a reboot: stamps of what a process has loaded. */
  runtime: '/run/ec2-redis-operator',
} as const;

/** Written on a host before a reboot: the current boot, and the target kernel. A reboot without effect is not repeated. */
export const rebootMark = `${folders.state}/reboot`;

/** On a host, written before an installation: the packages that we installed, a name per line. Only their services are masked. */
export const installedMark = `${folders.state}/installed-packages`;

/**
 * Beside a template's tarball that was built or brought here, written just before it: its SHA-256, and the digest of what it was built from
 * (`-`: it was brought). A tarball without it is foreign.
 */
export function templateMark(tarball: string): string {
  return `${tarball}.origin`;
}

/**
 * On a host that is drained: until when (seconds since 1970, by its clock), and why, a line each. No member on it should be master until then,
 * and no virtual IP there.
 */
export const drainedMark = `${folders.state}/drained`;

/** On a proxy, written before another virtual IP replaces one in keepalived.conf: the earlier ones, an address per line. */
export const formerVipsMark = `${folders.state}/former-vips`;
