import type { Fleet, HostName, Member, Tenant, TenantName } from '../../crds/fleet.ts';
import type { ContainerMark } from '../../renderers/container/marker.ts';
import { markers } from '../../renderers/lib/markers.ts';
import type { FactLookup } from '../contract/reconciler.ts';
import type { FactRequest } from '../facts/requests.ts';
import { ownBridges } from './bridge-in-force.ts';
import { containerName, proxyPort } from './names.ts';
import { type StoppedMember, startsAgain, stoppedMembers } from './readdressed.ts';
import { addressesOnly, portIn, serversOf } from './server-addresses.ts';

/** What the hosts show of the addressing of one tenant. */
export interface AddressingEvidence {
  /** Of each member, in their order: what the marker of its container says; `absent` only if every Redis host was observed. */
  readonly containers: readonly (ContainerPlace | 'absent' | 'unknown')[];
  /** Containers with the marker of the tenant that were observed, of declared members or not; and members that were stopped alone for another addressing. */
  readonly own: readonly OwnContainer[];
  /** The ports of the tenant on the declared proxy hosts, with the IPv4 addresses of their devices (`10.101.0.250/24`). */
  readonly proxyPorts: readonly ProxyPort[];
  /** The addresses that HAProxy connects to, by member. */
  readonly servers: ReadonlyMap<string, string>;
  /** TCP ports in the configuration files of the members, once the tenant was bootstrapped. */
  readonly redisPort: number | undefined;
  readonly sentinelPort: number | undefined;
  readonly startsAgain: Tenant['startsAgain'];
}

export interface ContainerPlace {
  readonly vlan: number;
  readonly address: string;
  /** The member, if it is not declared by this name: one with the address, or on the host, of a declared member without a container. */
  readonly former?: { readonly member: string; readonly host: HostName };
}

export interface ProxyPort {
  readonly host: HostName;
  readonly tag: number;
  readonly addresses: readonly string[];
}

/** The facts that the fleet in force is taken from. All components together request them as well. */
export function addressingFacts({ cluster }: Fleet): readonly FactRequest[] {
  return cluster.hosts.flatMap(({ name: host, role }): readonly FactRequest[] =>
    role === 'redis'
      ? [
          { fact: 'containers', host, runtime: cluster.runtime.type },
          { fact: 'members', host },
          { fact: 'drained', host },
        ]
      : [
          { fact: 'ovs', host },
          { fact: 'links', host },
          { fact: 'haproxy', host },
        ],
  );
}

export function addressingEvidence(fleet: Fleet, tenant: Tenant, lookup: FactLookup): AddressingEvidence {
  const servers = serversOf(hostsOf(fleet, 'proxy'), tenant, lookup);
  const registered = ownContainers(fleet, tenant, lookup);
  const stopped = stoppedMembers(fleet, tenant, lookup);
  const again = startsAgain(fleet, tenant, registered, stopped, lookup);
  const own = again ? registered : [...registered, ...stopped.map((one) => stoppedContainer(fleet, tenant, one))];
  return {
    containers: containersOf(fleet, tenant, { own, lookup, servers: servers.redis, known: again !== undefined }),
    own,
    proxyPorts: hostsOf(fleet, 'proxy').flatMap((host) => proxyPortsOn(fleet, tenant, host, lookup)),
    servers: addressesOnly(servers.redis),
    redisPort: again ? undefined : portIn('redis.conf', tenant, servers.redis, lookup),
    sentinelPort: again ? undefined : portIn('sentinel.conf', tenant, servers.sentinels, lookup),
    startsAgain: again,
  };
}

/** What is left of a Tenant of this Cluster that is not declared, and may run. A member that `--prune` retired does not. */
export interface Undeclared {
  readonly vlan: number;
  readonly addresses: readonly string[];
  readonly tenant: TenantName;
  /** The container; or the port of a proxy, while a container may be where nobody looks. */
  readonly name: string;
  readonly certain: boolean;
}

export function undeclaredParts(fleet: Fleet, lookup: FactLookup): readonly Undeclared[] {
  const declared = new Set<string>(fleet.tenants.map(({ name }) => name));
  const containers = hostsOf(fleet, 'redis').flatMap((host) => {
    const seen = lookup({ fact: 'containers', host, runtime: fleet.cluster.runtime.type });
    if (seen.state !== 'present') return [];
    return seen.value.containers.flatMap(({ name, mark }) => {
      if (mark?.cluster !== fleet.cluster.name || declared.has(mark.tenant)) return [];
      return [{ vlan: mark.vlan, addresses: [mark.address], tenant: mark.tenant, name, certain: true }];
    });
  });
  if (areAllSeen(fleet, lookup)) return containers;
  const ports = hostsOf(fleet, 'proxy').flatMap((host) =>
    portsOn(fleet, host, lookup, (tenant) => !declared.has(tenant)).map(({ tenant, name, tag, addresses }) => {
      return { vlan: tag, addresses, tenant, name: `${name} on ${host}`, certain: false };
    }),
  );
  return [...containers, ...ports];
}

function hostsOf({ cluster }: Fleet, role: 'redis' | 'proxy'): readonly HostName[] {
  return cluster.hosts.filter((host) => host.role === role).map(({ name }) => name);
}

/** Of each member: on its declared host, or else on another one; or that of a member which has another name in the documents now. */
function containersOf(
  fleet: Fleet,
  tenant: Tenant,
  {
    own,
    lookup,
    servers,
    known,
  }: {
    own: readonly OwnContainer[];
    lookup: FactLookup;
    servers: ReadonlyMap<string, string>;
    /** Where all members are, whatever is on other hosts. */
    known: boolean;
  },
): AddressingEvidence['containers'] {
  const missing = known || areAllSeen(fleet, lookup) ? 'absent' : 'unknown';
  const same = tenant.members.map((member) => {
    const ours = own.filter((one) => one.name === containerName(tenant, member) && one.member === member.name);
    return ours.find(({ host }) => host === member.host) ?? ours[0];
  });
  // Each is one member at most. By its host, only if it is served, as far as is known: otherwise it left the tenant before.
  const others = own.filter((one) => tenant.members.every(({ name }) => name !== one.member));
  const former = new Map<Member, OwnContainer>();
  for (const field of ['host', 'address'] as const)
    for (const [index, member] of tenant.members.entries()) {
      if (same[index] || former.has(member)) continue;
      const found = others.find(
        (one) =>
          one[field] === member[field] &&
          ![...former.values()].includes(one) &&
          (field === 'address' || (servers.size ? servers.has(one.member) : tenant.expose !== undefined)),
      );
      if (found) former.set(member, found);
    }
  return tenant.members.map((member, index) => {
    const [place, other] = [same[index], former.get(member)];
    if (place) return { vlan: place.vlan, address: place.address };
    if (!other) return missing;
    return { vlan: other.vlan, address: other.address, former: { member: other.member, host: other.host } };
  });
}

export interface OwnContainer extends ContainerMark {
  /** Of the container. */
  readonly name: string;
  readonly host: HostName;
}

function ownContainers(fleet: Fleet, tenant: Tenant, lookup: FactLookup): readonly OwnContainer[] {
  return hostsOf(fleet, 'redis').flatMap((host) => {
    const seen = lookup({ fact: 'containers', host, runtime: fleet.cluster.runtime.type });
    return (seen.state === 'present' ? seen.value.containers : []).flatMap(({ name, mark }) =>
      mark?.cluster === fleet.cluster.name && mark.tenant === tenant.name ? [{ ...mark, name, host }] : [],
    );
  });
}

function stoppedContainer({ cluster }: Fleet, tenant: Tenant, stopped: StoppedMember): OwnContainer {
  const name = containerName(tenant, { name: stopped.member });
  return { ...stopped, name, cluster: cluster.name, tenant: tenant.name };
}

function areAllSeen(fleet: Fleet, lookup: FactLookup): boolean {
  return hostsOf(fleet, 'redis').every(
    (host) => lookup({ fact: 'containers', host, runtime: fleet.cluster.runtime.type }).state !== 'unknown',
  );
}

function proxyPortsOn(fleet: Fleet, tenant: Tenant, host: HostName, lookup: FactLookup): readonly ProxyPort[] {
  const own = portsOn(fleet, host, lookup, (name) => name === tenant.name);
  return own.map(({ tag, addresses }) => ({ host, tag, addresses }));
}

/** The ports of some tenants on a proxy. */
function portsOn(fleet: Fleet, host: HostName, lookup: FactLookup, isWanted: (tenant: TenantName) => boolean) {
  const [ovs, links] = [lookup({ fact: 'ovs', host }), lookup({ fact: 'links', host })];
  if (ovs.state !== 'present' || links.state !== 'present') return [];
  const ports = ownBridges(fleet.cluster, ovs.value.bridges).flatMap((bridge) => bridge.ports);
  return ports.flatMap(({ type, name, tag, marks }) => {
    const tenant = marks[markers.ovsTenant];
    const isOurs = type === 'internal' && marks[markers.ovsCluster] === fleet.cluster.name;
    if (!isOurs || tenant === undefined || !isWanted(tenant)) return [];
    const addresses = links.value.find((link) => link.name === name)?.addresses ?? [];
    // Its name shows the VLAN that it was made for. One whose tag was changed since is no evidence.
    if (tag === undefined || name !== proxyPort({ vlan: tag })) return [];
    return [{ tenant, name, tag, addresses }];
  });
}
