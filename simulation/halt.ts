import { dropLink } from './links.ts';
import { killContainer } from './lxc.ts';
import type { HostWorld } from './world.ts';

/** A powered-off host: nothing runs, and state in memory is lost. */
export function halt(host: HostWorld): void {
  for (const name of Object.keys(host.containers)) killContainer(host, name);
  host.haproxy = undefined;
  host.keepalived = undefined;
  host.files = Object.fromEntries(Object.entries(host.files).filter(([path]) => !path.startsWith('/run/')));
  const ports = host.ovs?.bridges.flatMap((bridge) => bridge.ports) ?? [];
  for (const port of ports) port.ofport = undefined;
  for (const link of host.links) link.addresses = link.addresses.filter((address) => !address.endsWith('/32'));
  for (const { name, type } of ports) if (type === 'internal') dropLink(host, name);
  for (const unit of Object.values(host.units)) unit.active = 'inactive';
}
