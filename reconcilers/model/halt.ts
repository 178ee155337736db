import { dropLink } from './links.ts';
import { loseBox } from './lxc.ts';
import type { HostWorld } from './world.ts';

/** A host without power: nothing runs, and what was in memory is gone. */
export function halt(host: HostWorld): void {
  for (const name of Object.keys(host.boxes)) loseBox(host, name);
  host.haproxy = undefined;
  host.keepalived = undefined;
  host.files = Object.fromEntries(Object.entries(host.files).filter(([path]) => !path.startsWith('/run/')));
  const ports = host.ovs?.bridges.flatMap((bridge) => bridge.ports) ?? [];
  for (const port of ports) port.ofport = undefined;
  for (const link of host.links) link.addresses = link.addresses.filter((address) => !address.endsWith('/32'));
  for (const { name, type } of ports) if (type === 'internal') dropLink(host, name);
  for (const unit of Object.values(host.units)) unit.active = 'inactive';
}
