import { markers } from '../../renderers/lib/markers.ts';
import { installedByUs, vendorUnits } from '../packages.ts';
import type { HostWorld, World } from '../world.ts';

/** Everything in a world that is not in the other one, by name: the foreign resources, byte for byte. */
export function foreignState(world: World, known: World): unknown {
  // A host that is not created yet has no foreign resources.
  const hosts = Object.entries(world.hosts)
    .map(([name, host]) => [name, foreignStateOf(host, known.hosts[name])] as const)
    .filter(([, rest]) => Object.values(rest).some((part) => Object.keys(part).length > 0))
    .sort(([a], [b]) => (a < b ? -1 : 1));
  const cards = new Set(known.ec2.interfaces.map((one) => one.networkInterfaceId));
  return {
    hosts,
    interfaces: world.ec2.interfaces.filter(
      (one) => !cards.has(one.networkInterfaceId) && !(markers.ec2Host in one.tags),
    ),
  };
}

/** Files that our daemons change, and members that may be created again at any time. */
const alwaysOurs =
  /^\/run\/ec2-redis|^\/var\/lib\/ec2-redis-operator\/(reboot$|installed-packages$|members\/t\d-|templates\/)|^\/var\/lib\/lxc\/t\d-|^\/etc\/vz\/conf\/101\d\d\.|^\/etc\/ec2-redis-operator\/openvz\/|^\/etc\/ec2-redis-operator\/(haproxy|vip)\//;

function foreignStateOf(host: HostWorld, known: HostWorld | undefined): Readonly<Record<string, object>> {
  // Only in packages that we installed.
  const masked = Object.fromEntries(
    installedByUs(host).flatMap((name) =>
      vendorUnits(name).flatMap((unit) => (host.units[unit] ? [[unit, host.units[unit]]] : [])),
    ),
  );
  const bridges = (host.ovs?.bridges ?? []).map((bridge) => {
    const own = known?.ovs?.bridges.find((one) => one.name === bridge.name);
    const ports = bridge.ports.filter(
      (port) => !own?.ports.some((one) => one.name === port.name) && !/^(tn|ct)\d/.test(port.name),
    );
    return own ? { name: bridge.name, ports: ports.map(unnumbered) } : bridge;
  });
  return {
    bridges: bridges.filter((bridge) => bridge.ports.length > 0),
    links: host.links
      .filter((link) => !known?.links.some((one) => one.name === link.name) && !/^(tn|ct)\d/.test(link.name))
      .map(unnumbered),
    packages: without(host.system.packages, known?.system.packages),
    files: without(host.files, known?.files),
    units: without(host.units, { ...known?.units, ...masked }),
    containers: Object.fromEntries(Object.entries(host.containers).filter(([name]) => !/^t\d-/.test(name))),
    disks: without(host.disks, known?.disks),
  };
}

/** A boot (for SR-IOV or another kernel) creates every device again with other numbers, including foreign ones. */
function unnumbered<T extends { readonly ofport?: unknown; readonly index?: unknown; readonly mac?: unknown }>(
  device: T,
): Omit<T, 'ofport' | 'index' | 'mac'> {
  const { ofport: _, index: __, mac: ___, ...rest } = device;
  return rest;
}

function without<T>(all: Record<string, T>, known: Record<string, T> | undefined): Record<string, T> {
  return Object.fromEntries(Object.entries(all).filter(([key]) => !alwaysOurs.test(key) && !(known && key in known)));
}
