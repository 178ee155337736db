/** Whose container it is, and what must not change under a member that holds data. A comment line of its configuration. */
export interface ContainerMark {
  readonly cluster: string;
  readonly tenant: string;
  readonly member: string;
  readonly vlan: number;
  readonly address: string;
}

/** Whose a member's folder is, and what it was made from. `uid` and `gid`: of user redis in that template. */
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

/** One line, `# ec2-redis-operator: cluster=quickstart tenant=acme …`, the line's end included. */
export function markLine(mark: ContainerMark | MemberIdentity): string {
  const pairs = Object.entries(mark).map(([key, value]) => `${key}=${value}`);
  return `${prefix} ${pairs.join(' ')}\n`;
}

/** The mark in a configuration's line, or undefined where the line is no mark of ours: then the thing is foreign. */
export function containerMarkOf(line: string): ContainerMark | undefined {
  const { cluster, tenant, member, vlan, address } = pairsOf(line);
  if (!cluster || !tenant || !member || !vlan || !address) return undefined;
  return { cluster, tenant, member, vlan: Number(vlan), address };
}

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
