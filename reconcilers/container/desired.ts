import type { Cluster, Fleet, Host, HostName, Member, Runtime, Tenant, TenantName } from '../../crds/fleet.ts';
import type { Limits } from '../../renderers/container-limits.ts';
import type { Drift, Remedy } from '../drift.ts';
import { marks } from '../marks.ts';
import { containerName, memberFolder, memberPort, tunnelPort } from '../names.ts';
import { hostReady } from '../prepared.ts';
import type { Desired } from '../reconciler.ts';
import type { MemberContainer } from './runtime.ts';
import { runtimes } from './runtimes/index.ts';

/** What a host must have before it can hold members: asked and said once a host. */
export interface DesiredHost extends Desired {
  readonly host: HostName;
  readonly cluster: string;
  readonly runtime: Runtime;
  /** Names of the containers that are declared here. */
  readonly declared: readonly string[];
  readonly tenants: readonly TenantName[];
  /** Every Tenant that is declared, wherever. */
  readonly known: readonly TenantName[];
  readonly retainForMs: number;
}

export interface DesiredMember extends Desired {
  readonly container: MemberContainer;
  /** The other hosts that may hold containers: one of this name there would have the same address. */
  readonly others: readonly HostName[];
  /** Names of the tunnel ports that declared hosts have towards each other: one of ours beside them leads to a host that left. */
  readonly tunnels: ReadonlySet<string>;
}

/** Redis, Sentinel and what they fork are about a dozen. */
const processes = 512;

export function desiredHosts(fleet: Fleet, part: 'template' | 'autostart' | 'network'): readonly DesiredHost[] {
  return redisHosts(fleet.cluster).map((host) => {
    const here = fleet.tenants.filter((tenant) => tenant.members.some((member) => member.host === host.name));
    const names = here.flatMap((tenant) =>
      tenant.members.filter((member) => member.host === host.name).map((member) => containerName(tenant, member)),
    );
    return {
      subject: `container/${host.name}@${part}`,
      needs: hostReady(host.name),
      host: host.name,
      cluster: fleet.cluster.name,
      runtime: fleet.cluster.runtime,
      declared: names,
      tenants: here.map((tenant) => tenant.name),
      known: fleet.tenants.map((tenant) => tenant.name),
      retainForMs: fleet.cluster.prune.retainForMs,
    };
  });
}

export function desiredMembers(fleet: Fleet): readonly DesiredMember[] {
  const hosts = redisHosts(fleet.cluster).map((host) => host.name);
  const tunnels = new Set(fleet.cluster.hosts.map((host) => tunnelPort(host.name)));
  return fleet.tenants.flatMap((tenant) =>
    tenant.members.map((member) => ({
      subject: `container/${containerName(tenant, member)}` as const,
      // The bridge only: a tunnel that is down must not keep a container from running.
      needs: [
        ...hostReady(member.host),
        `mesh/${member.host}` as const,
        ...(fleet.cluster.runtime.type === 'openvz' ? [`container/${member.host}@network` as const] : []),
      ],
      container: containerFor(fleet.cluster, tenant, member),
      others: hosts.filter((host) => host !== member.host),
      tunnels,
    })),
  );
}

/** Builds the finding of one member; what is wrong with its container hurts its tenant, unless told otherwise. */
export function findingOf({ subject, container }: DesiredMember) {
  return (field: string, want: string, have: string, remedy: Remedy, hurts = [container.tenant.name]): Drift => ({
    subject,
    field,
    want,
    have,
    hurts,
    remedy,
  });
}

/**
 * The finding of something beside the container that nothing rests on (`container/acme-r1@limits`): Redis runs with too large a disk
 * or too low a limit as well, and what is wrong with Redis is mended meanwhile.
 */
export function asideOf(desired: DesiredMember) {
  const finding = findingOf({ ...desired, subject: `${desired.subject}@limits` });
  return (field: string, want: string, have: string, remedy: Remedy): Drift => finding(field, want, have, remedy, []);
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
      marks: { [marks.ovsCluster]: cluster.name, [marks.ovsTenant]: tenant.name },
      indexMark: marks.ovsIndex,
    },
    limits: runtimes[cluster.runtime.type].limitsOf(limitsOf(tenant)),
    diskBytes: tenant.resources.diskBytes,
  };
}

/** The kernel counts memory in pages, and rounds down. */
function limitsOf({ resources: { memoryBytes, cpuMillicores } }: Tenant): Limits {
  return { memoryBytes: Math.floor(memoryBytes / 4096) * 4096, cpuMillicores, pids: processes };
}

function redisHosts(cluster: Cluster): readonly Host[] {
  return cluster.hosts.filter((host) => host.role === 'redis');
}
