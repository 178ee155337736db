/** The owner of a container, and what must not change under a member that holds data. It is a comment line in its configuration. */
export interface ContainerMark {
  readonly cluster: string;
  readonly tenant: string;
  readonly member: string;
  readonly vlan: number;
  readonly address: string;
}

/** The owner of a member's directory, and the template it was created from. `uid` and `gid`: those of user redis in that template. */
export interface MemberIdentity {
  readonly cluster: string;
  readonly tenant: string;
  readonly member: string;
  /** SHA-256 of the template's tarball. */
  readonly template: string;
  readonly uid: number;
  readonly gid: number;
}

const prefix = '# ec2-redis-operator:';

/** One line, `# ec2-redis-operator: cluster=quickstart tenant=acme …`, including the line feed. */
export function markLine(mark: ContainerMark | MemberIdentity): string {
  const pairs = Object.entries(mark).map(([key, value]) => `${key}=${value}`);
  return `${prefix} ${pairs.join(' ')}\n`;
}

/** The marker in a line of a configuration. Undefined if the line is not a marker: then the container is foreign. */
export function containerMarkOf(line: string): ContainerMark | undefined {
  const { cluster, tenant, member, vlan, address } = pairsOf(line);
  if (!cluster || !tenant || !member || !vlan || !address) return undefined;
  return { cluster, tenant, member, vlan: Number(vlan), address };
}

/** The identity in a line of a member's directory. Undefined if the line is not one. */
export function identityOf(line: string): MemberIdentity | undefined {
  const { cluster, tenant, member, template, uid, gid } = pairsOf(line);
  if (!cluster || !tenant || !member || !template || !uid || !gid) return undefined;
  return { cluster, tenant, member, template, uid: Number(uid), gid: Number(gid) };
}

type Pairs = { readonly [K in keyof ContainerMark | keyof MemberIdentity]?: string };

function pairsOf(line: string): Pairs {
  if (!line.startsWith(prefix)) return {};
  const words = line.slice(prefix.length).trim().split(' ');
  return Object.fromEntries(words.map((word) => [word.slice(0, word.indexOf('=')), word.slice(word.indexOf('=') + 1)]));
}
