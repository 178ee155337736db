import type { Cluster, Fleet, Host, HostName, Member, Runtime, Tenant, TenantName } from '../../crds/fleet.ts';
import type { Limits } from '../../renderers/container/limits.ts';
import { markers } from '../../renderers/lib/markers.ts';
import { type FindingBuilder, findingsAbout } from '../contract/finding.ts';
import type { Inventory } from '../contract/inventory.ts';
import type { Desired } from '../contract/reconciler.ts';
import type { Subject } from '../contract/subject.ts';
import { bootFacts } from '../shared/boot-files.ts';
import { dataReady, declaredDataVolume } from '../shared/data-volume.ts';
import { hostReady } from '../shared/host-readiness.ts';
import { templateBuilder } from '../shared/hosts.ts';
import { containerName, declaredTenants, memberFolder, memberPort, tunnelPort } from '../shared/names.ts';
import type { MemberContainer } from './runtime.ts';
import { runtimes } from './runtimes/index.ts';

/** What a host must have before it can hold members: observed and reported once per host. */
export interface DesiredHost extends Desired {
  readonly host: HostName;
  readonly cluster: string;
  /** The requests for its units and our files for them. */
  readonly boot: ReturnType<typeof bootFacts>;
  readonly runtime: Runtime;
  /** The other Redis hosts that there are. */
  readonly others: readonly HostName[];
  /** The Redis host that builds the template, if it is built. */
  readonly builder: HostName;
  /** Names of the containers that are declared here. */
  readonly declared: readonly string[];
  readonly tenants: readonly TenantName[];
  /** Every declared Tenant, on whatever host. */
  readonly known: readonly TenantName[];
  /** Those of which retired copies are reported with the tenant (maintenance). */
  readonly served: readonly TenantName[];
  /** Milliseconds that a retired member is kept. */
  readonly retainForMs: number;
}

export interface DesiredMember extends Desired {
  readonly container: MemberContainer;
  /** Its directory is on a data volume. */
  readonly onDataVolume: boolean;
  /** The other hosts that may hold containers. One of this name there would have the same address. */
  readonly others: readonly HostName[];
  /** Names of the tunnel ports between declared hosts. Any other managed tunnel port leads to a removed host. */
  readonly tunnels: ReadonlySet<string>;
}

/** Process limit of a container. Redis, Sentinel and their children are about a dozen. */
const processLimit = 512;

type HostPart = 'template' | 'autostart' | 'network';

/** The subject of what a host must have, such as its template: `container/redis-1@template`. */
export function hostSubject(host: HostName, part: HostPart): Subject {
  return `container/${host}@${part}`;
}

/** The members whose containers are to be there: those in force, and the one that joins next. */
function membersOf({ members, joins }: Tenant): readonly Member[] {
  return [...members, ...(joins && joins.blockedBy === undefined ? joins.members.slice(0, 1) : [])];
}

export function desiredHosts(fleet: Fleet, part: HostPart, inventory?: Inventory): readonly DesiredHost[] {
  const hosts = redisHosts(fleet.cluster);
  const exist = hosts.filter(({ name }) => inventory?.get(name)?.state !== 'absent');
  return hosts.map((host) => {
    const here = fleet.tenants.filter((tenant) => membersOf(tenant).some((member) => member.host === host.name));
    const names = here.flatMap((tenant) =>
      membersOf(tenant)
        .filter((member) => member.host === host.name)
        .map((member) => containerName(tenant, member)),
    );
    return {
      subject: hostSubject(host.name, part),
      dependsOn: [...hostReady(host.name), ...(part === 'template' ? [] : dataReady(fleet.cluster, host.name))],
      host: host.name,
      boot: bootFacts(fleet.cluster, host.name),
      cluster: fleet.cluster.name,
      runtime: fleet.cluster.runtime,
      others: exist.flatMap(({ name }) => (name === host.name ? [] : [name])),
      builder: templateBuilder(fleet.cluster) ?? host.name,
      declared: names,
      tenants: here.map((tenant) => tenant.name),
      known: declaredTenants(fleet),
      served: fleet.tenants.map(({ name }) => name),
      retainForMs: fleet.cluster.prune.retainForMs,
    };
  });
}

export function desiredMembers(fleet: Fleet): readonly DesiredMember[] {
  const hosts = redisHosts(fleet.cluster).map((host) => host.name);
  const tunnels = new Set(fleet.cluster.hosts.map((host) => tunnelPort(host.name)));
  return fleet.tenants.flatMap((tenant) =>
    membersOf(tenant).map((member) => ({
      subject: `container/${containerName(tenant, member)}` as const,
      // Only the bridge: a tunnel that is down must not keep a container from running.
      dependsOn: [
        ...hostReady(member.host),
        ...dataReady(fleet.cluster, member.host),
        `mesh/${member.host}` as const,
        ...(fleet.cluster.runtime.type === 'openvz' ? [hostSubject(member.host, 'network')] : []),
      ],
      container: containerFor(fleet.cluster, tenant, member),
      onDataVolume: declaredDataVolume(fleet.cluster, member.host) !== undefined,
      others: hosts.filter((host) => host !== member.host),
      tunnels,
    })),
  );
}

/** Findings about the container of a member, which impact its tenant unless they say otherwise. */
export function findingsOf({ subject, container }: DesiredMember): FindingBuilder {
  return findingsAbout(subject, { impacts: [container.tenant.name] });
}

/**
 * Findings about limits and size (`container/acme-r1@limits`), a subject that nothing depends on: Redis runs with too large a disk or
 * too low a limit as well, and what is wrong with Redis is fixed meanwhile. They impact nobody.
 */
export function limitFindingsOf({ subject }: DesiredMember): FindingBuilder {
  return findingsAbout(`${subject}@limits`);
}

/**
 * Findings about the root of a member's container (`container/acme-r1@root`), a subject that nothing depends on: it serves as well with the one
 * that it has.
 */
export function rootFindingsOf({ subject }: DesiredMember): FindingBuilder {
  return findingsAbout(`${subject}@root`);
}

function containerFor(cluster: Cluster, tenant: Tenant, member: Member): MemberContainer {
  return {
    cluster,
    tenant,
    member,
    host: member.host,
    name: containerName(tenant, member),
    id: runtimes[cluster.runtime.type].idOf(tenant, member),
    folder: memberFolder(tenant, member),
    attachment: {
      bridge: cluster.mesh.bridge,
      port: memberPort(tenant),
      tag: tenant.vlan,
      mtu: cluster.mesh.innerMtu,
      marks: { [markers.ovsCluster]: cluster.name, [markers.ovsTenant]: tenant.name },
      indexMark: markers.ovsIndex,
    },
    limits: runtimes[cluster.runtime.type].limitsOf(limitsOf(tenant)),
    diskBytes: tenant.resources.diskBytes,
  };
}

/** The kernel counts memory in pages, and rounds down. */
function limitsOf({ resources: { memoryBytes, cpuMillicores } }: Tenant): Limits {
  return { memoryBytes: Math.floor(memoryBytes / 4096) * 4096, cpuMillicores, pids: processLimit };
}

function redisHosts(cluster: Cluster): readonly Host[] {
  return cluster.hosts.filter((host) => host.role === 'redis');
}
