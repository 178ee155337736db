import type { Fleet, Tenant } from '../../crds/fleet.ts';
import type { HostWorld, World } from '../world.ts';

/** The fleet without these tenants, as if their documents had been removed. */
export function without(fleet: Fleet, tenants: readonly Tenant[]): Fleet {
  return { ...fleet, tenants: fleet.tenants.filter((one) => !tenants.includes(one)) };
}

/** The resources of a tenant and, separately, its data: by host, sorted by name. */
export function thingsOf(world: World, tenant: Tenant): { readonly parts: readonly string[]; readonly data: unknown } {
  const hosts = Object.entries(world.hosts);
  const parts = hosts.flatMap(([name, host]) => partsOn(host, tenant).map((part) => `${name} ${part}`));
  const data = hosts.map(([name, host]) => [name, dataOn(host, tenant)]);
  return { parts, data };
}

/** Everything else, byte for byte, except for what a reload of HAProxy changes. */
export function restOf(world: World, tenant: Tenant): unknown {
  return Object.entries(world.hosts).map(([name, host]) => [name, restOn(host, tenant)]);
}

function partsOn(host: HostWorld, tenant: Tenant): readonly string[] {
  const ports = (host.ovs?.bridges ?? []).flatMap((bridge) => bridge.ports.map((port) => port.name));
  return [
    ...Object.keys(host.containers).filter((name) => name.startsWith(`${tenant.name}-`)),
    ...Object.keys(host.files).filter((path) => isPart(path, tenant) && !isData(path, tenant)),
    ...[...ports, ...host.links.map((link) => link.name)].filter((name) => isPort(name, tenant)),
    ...Object.keys(host.haproxy?.loaded ?? {}).filter((name) => name === `tenant-${tenant.name}.cfg`),
  ];
}

function dataOn(host: HostWorld, tenant: Tenant): unknown {
  const own = <T>(all: Record<string, T>) => Object.entries(all).filter(([path]) => isData(path, tenant));
  const files = own(host.files).filter(([path]) => !/\/marks\/retired$|\/conf\/(start-guard|redis-exits)$/.test(path));
  return [files.sort(), own(host.disks).sort()];
}

function restOn(host: HostWorld, tenant: Tenant): unknown {
  const others = <T>(all: Record<string, T>) =>
    Object.entries(all)
      .filter(([path]) => !isPart(path, tenant) && !isData(path, tenant))
      .sort();
  return {
    bridges: host.ovs?.bridges.map(({ ports, ...bridge }) => ({
      ...bridge,
      ports: ports.filter((port) => !isPort(port.name, tenant)),
    })),
    links: host.links.filter((link) => !isPort(link.name, tenant)),
    files: others(host.files),
    disks: others(host.disks),
    units: host.units,
    containers: Object.entries(host.containers).filter(([name]) => !name.startsWith(`${tenant.name}-`)),
    loaded: Object.entries(host.haproxy?.loaded ?? {}).filter(([name]) => name !== `tenant-${tenant.name}.cfg`),
    servers: Object.entries(host.haproxy?.servers ?? {}).filter(([key]) => !key.split(/[./]/).includes(tenant.name)),
    keepalived: host.keepalived,
  };
}

function isPort(name: string, { vlan }: Tenant): boolean {
  return name === `tn${vlan}` || name === `ct${vlan}`;
}

function isData(path: string, { name }: Tenant): boolean {
  return path.includes(`/members/${name}-`) || new RegExp(`/members/\\.[^/]*\\.${name}\\.[^/]*\\.gone/`).test(path);
}

function isPart(path: string, { name, vlan }: Tenant): boolean {
  return (
    path.startsWith(`/var/lib/lxc/${name}-`) ||
    path.startsWith(`/etc/vz/conf/${10_000 + vlan}.`) ||
    path.endsWith(`/openvz/ports/ct${vlan}`) ||
    path.startsWith(`/run/ec2-redis-operator/containers/${name}-`) ||
    path.endsWith(`/tenant-${name}.cfg`) ||
    path.endsWith(`/tn${vlan}.port`)
  );
}
