import { markers } from '../renderers/lib/markers.ts';
import type { Container, HostWorld, World } from './world.ts';

/** The effective VLAN of a container's veth; undefined while no packets pass. Traffic of a recreated veth without the new index is dropped. */
export function segmentOf(host: HostWorld, container: Container): number | undefined {
  const link = host.links.find((one) => one.name === container.port);
  const port = host.ovs?.bridges.flatMap((bridge) => bridge.ports).find((one) => one.name === container.port);
  const passes = link?.up && port && (port.ofport ?? -1) > 0 && port.marks[markers.ovsIndex] === String(link.index);
  return passes ? port.tag : undefined;
}

/** The container at an address in the same VLAN. Tunnels always work here; the checker of the mesh covers them. */
export function containerInVlan(world: World, from: number | undefined, address: string): Container | undefined {
  const found = from === undefined ? undefined : containerAt(world, address);
  return found && segmentOf(found.host, found.container) === from ? found.container : undefined;
}

/** VLANs in which a proxy has an address. */
export function segmentsOf(host: HostWorld): readonly number[] {
  const ports = host.ovs?.bridges.flatMap((bridge) => bridge.ports) ?? [];
  return ports.flatMap(({ name, type, tag }) => {
    const link = host.links.find((one) => one.name === name);
    return type === 'internal' && tag !== undefined && link?.up && link.addresses.length ? [tag] : [];
  });
}

/** The container at an address, as a proxy reaches it. */
export function reached(world: World, proxy: HostWorld, address: string): Container | undefined {
  const found = containerAt(world, address);
  const segment = found && segmentOf(found.host, found.container);
  return segment !== undefined && segmentsOf(proxy).includes(segment) ? found?.container : undefined;
}

/** The container that has an address, wherever it runs. */
function containerAt(
  world: World,
  address: string,
): { readonly host: HostWorld; readonly container: Container } | undefined {
  for (const host of Object.values(world.hosts))
    for (const container of Object.values(host.containers))
      if (container.address === address) return { host, container };
  return undefined;
}
