import type { Fleet, HostName, Member, Tenant, TenantName } from '../../crds/fleet.ts';
import { markers } from '../../renderers/lib/markers.ts';
import type { FactLookup } from '../contract/reconciler.ts';
import type { FactRequest } from '../facts/requests.ts';
import { containerName, proxyPort } from './names.ts';
import { addressesOnly, portIn, serversOf } from './server-addresses.ts';

/** What the hosts show of the addressing of one tenant. */
export interface AddressingEvidence {
  /** Of each member, in their order: what the marker of its container says; `absent` only if every Redis host was observed. */
  readonly containers: readonly (ContainerPlace | 'absent' | 'unknown')[];
  /** The ports of the tenant on the declared proxy hosts, with the IPv4 addresses of their devices (`10.101.0.250/24`). */
  readonly proxyPorts: readonly ProxyPort[];
  /** The addresses that HAProxy connects to, by member. */
  readonly servers: ReadonlyMap<string, string>;
  /** TCP ports in the configuration files of the members, once the tenant was bootstrapped. */
  readonly redisPort: number | undefined;
  readonly sentinelPort: number | undefined;
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

/** The facts that the evidence is taken from. All components together request them as well. */
export function addressingFacts({ cluster }: Fleet): readonly FactRequest[] {
  return cluster.hosts.flatMap(({ name: host, role }): readonly FactRequest[] =>
    role === 'redis'
      ? [
          { fact: 'containers', host, runtime: cluster.runtime.type },
          { fact: 'members', host },
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
  return {
    containers: tenant.members.map((member) => containerOf(fleet, tenant, member, lookup)),
    proxyPorts: hostsOf(fleet, 'proxy').flatMap((host) => proxyPortsOn(fleet, tenant, host, lookup)),
    servers: addressesOnly(servers.redis),
    redisPort: portIn('redis.conf', tenant, servers.redis, lookup),
    sentinelPort: portIn('sentinel.conf', tenant, servers.sentinels, lookup),
  };
}

/** A container of a Tenant of this Cluster that is not declared, and that the runtime may start. One that `--prune` retired is none. */
export interface UndeclaredContainer extends ContainerPlace {
  readonly name: string;
  readonly host: HostName;
  readonly tenant: TenantName;
}

export function undeclaredContainers(fleet: Fleet, lookup: FactLookup): readonly UndeclaredContainer[] {
  const declared = new Set<string>(fleet.tenants.map(({ name }) => name));
  return hostsOf(fleet, 'redis').flatMap((host) => {
    const seen = lookup({ fact: 'containers', host, runtime: fleet.cluster.runtime.type });
    if (seen.state !== 'present') return [];
    return seen.value.containers.flatMap(({ name, mark }) => {
      if (mark?.cluster !== fleet.cluster.name || declared.has(mark.tenant)) return [];
      return [{ name, host, tenant: mark.tenant, vlan: mark.vlan, address: mark.address }];
    });
  });
}

function hostsOf({ cluster }: Fleet, role: 'redis' | 'proxy'): readonly HostName[] {
  return cluster.hosts.filter((host) => host.role === role).map(({ name }) => name);
}

/** On its declared host, or else on another one; or that of a member which has another name in the documents now. */
function containerOf(
  fleet: Fleet,
  tenant: Tenant,
  member: Member,
  lookup: FactLookup,
): ContainerPlace | 'absent' | 'unknown' {
  const name = containerName(tenant, member);
  const hosts = [member.host, ...hostsOf(fleet, 'redis').filter((host) => host !== member.host)];
  const seen = hosts.map((host) => lookup({ fact: 'containers', host, runtime: fleet.cluster.runtime.type }));
  const own = seen.flatMap((one, index) =>
    (one.state === 'present' ? one.value.containers : []).flatMap((found) =>
      found.mark?.cluster === fleet.cluster.name && found.mark.tenant === tenant.name
        ? [{ ...found.mark, name: found.name, host: hosts[index] ?? member.host }]
        : [],
    ),
  );
  const same = own.find((one) => one.name === name && one.member === member.name);
  if (same) return { vlan: same.vlan, address: same.address };
  const others = own.filter((one) => tenant.members.every((declared) => declared.name !== one.member));
  const former =
    others.find(({ address }) => address === member.address) ?? others.find(({ host }) => host === member.host);
  if (former)
    return {
      vlan: former.vlan,
      address: former.address,
      former: { member: former.member, host: former.host },
    };
  return seen.some(({ state }) => state === 'unknown') ? 'unknown' : 'absent';
}

function proxyPortsOn(fleet: Fleet, tenant: Tenant, host: HostName, lookup: FactLookup): readonly ProxyPort[] {
  const [ovs, links] = [lookup({ fact: 'ovs', host }), lookup({ fact: 'links', host })];
  if (ovs.state !== 'present' || links.state !== 'present') return [];
  const bridge = ovs.value.bridges.find(({ name }) => name === fleet.cluster.mesh.bridge);
  const ports = (bridge?.ports ?? []).filter(
    ({ type, marks }) =>
      type === 'internal' &&
      marks[markers.ovsCluster] === fleet.cluster.name &&
      marks[markers.ovsTenant] === tenant.name,
  );
  return ports.flatMap(({ name, tag }) => {
    const addresses = links.value.find((link) => link.name === name)?.addresses ?? [];
    // Its name shows the VLAN that it was made for. One whose tag was changed since is no evidence.
    return tag === undefined || name !== proxyPort({ vlan: tag }) ? [] : [{ host, tag, addresses }];
  });
}
