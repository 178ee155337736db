import type { Fleet, HostName, ProxyPair } from '../../crds/fleet.ts';
import type { Inventory } from '../contract/inventory.ts';
import type { FactLookup } from '../contract/reconciler.ts';
import type { FactRequest } from '../facts/requests.ts';
import type { Owner } from './readiness.ts';
import { vipInterfaceFacts, vipRouteFacts, vipRoutesIn } from './vip-routes.ts';

/** What shows where EC2 delivers the virtual IPs. */
export function ownerFacts(fleet: Fleet, inventory: Inventory): readonly FactRequest[] {
  const { proxyPairs } = fleet;
  const routes = proxyPairs.flatMap((pair) => vipRouteFacts(pair, inventory));
  return proxyPairs.length ? [vipInterfaceFacts(fleet, inventory), ...routes] : [];
}

/** The host of the pair to whose network interface EC2 delivers the virtual address: by its addresses, or by the routes of all managed tables. */
export function ownerOf(fleet: Fleet, pair: ProxyPair, inventory: Inventory, lookup: FactLookup): Owner {
  const delivered = pair.overlay
    ? byRoutes(pair, pair.overlay, inventory, lookup)
    : byInterfaces(fleet, pair, inventory, lookup);
  if (delivered === undefined) return { message: `EC2 did not report the owner of ${pair.vip}`, unknown: true };
  const hosts = pair.hosts.filter((host) => delivered.includes(interfaceOf(inventory, host)));
  const [host] = hosts;
  if (host && hosts.length === 1 && delivered.every((one) => one === interfaceOf(inventory, host))) return { host };
  const places = pair.overlay ? `the route tables disagree on ${pair.vip}` : `both proxies own ${pair.vip}`;
  return { message: hosts.length ? places : `neither proxy owns ${pair.vip}`, unknown: false };
}

/** IDs of network interfaces; undefined: not known. */
type Delivered = readonly (string | undefined)[] | undefined;

function byInterfaces(fleet: Fleet, { vip, hosts }: ProxyPair, inventory: Inventory, lookup: FactLookup): Delivered {
  const owners = lookup(vipInterfaceFacts(fleet, inventory));
  if (owners.state !== 'present') return undefined;
  const own = hosts.flatMap((host) => interfaceOf(inventory, host) ?? []);
  return owners.value
    .filter((one) => own.includes(one.networkInterfaceId) && one.addresses.some(({ address }) => address === vip))
    .map((one) => one.networkInterfaceId);
}

function byRoutes(
  pair: ProxyPair,
  overlay: NonNullable<ProxyPair['overlay']>,
  inventory: Inventory,
  lookup: FactLookup,
): Delivered {
  const [request] = vipRouteFacts(pair, inventory);
  const tables = request && lookup(request);
  return tables?.state === 'present'
    ? vipRoutesIn(pair.vip, overlay, tables.value).map(({ target }) => target)
    : undefined;
}

function interfaceOf(inventory: Inventory, host: HostName): string | undefined {
  const instance = inventory.get(host);
  return instance?.state === 'present' ? instance.value.networkInterfaceId : undefined;
}
