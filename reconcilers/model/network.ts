import { marks } from '../marks.ts';
import type { Box, HostWorld, World } from './world.ts';

/** The VLAN that a container's veth really is in; undefined while nothing passes. A port made anew without its index is black-holed. */
export function segmentOf(host: HostWorld, box: Box): number | undefined {
  const link = host.links.find((one) => one.name === box.port);
  const port = host.ovs?.bridges.flatMap((bridge) => bridge.ports).find((one) => one.name === box.port);
  const passes = link?.up && port && (port.ofport ?? -1) > 0 && port.marks[marks.ovsIndex] === String(link.index);
  return passes ? port.tag : undefined;
}

/** A container at an address that is in the same VLAN. Tunnels always carry: what they would break is the mesh's own matter. */
export function neighbour(world: World, from: number | undefined, address: string): Box | undefined {
  const found = from === undefined ? undefined : boxAt(world, address);
  return found && segmentOf(found.host, found.box) === from ? found.box : undefined;
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
export function reached(world: World, proxy: HostWorld, address: string): Box | undefined {
  const found = boxAt(world, address);
  const segment = found && segmentOf(found.host, found.box);
  return segment !== undefined && segmentsOf(proxy).includes(segment) ? found?.box : undefined;
}

/** The container that has an address, wherever it runs. */
function boxAt(world: World, address: string): { readonly host: HostWorld; readonly box: Box } | undefined {
  for (const host of Object.values(world.hosts))
    for (const box of Object.values(host.boxes)) if (box.address === address) return { host, box };
  return undefined;
}
