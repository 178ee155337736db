import type { Link } from '../reconcilers/facts/host/links.ts';
import type { ScriptResult } from '../renderers/host-batch.ts';
import { succeeded } from './answer.ts';
import { type HostWorld, numberFrom, OperationFailed, type Writable } from './world.ts';

/** A new device: down and without addresses, as the kernel creates it. */
export function addLink(host: HostWorld, name: string, mtu: number): Writable<Link> {
  const index = numberFrom(host);
  const mac = `02:aa:${[24, 16, 8, 0].map((bits) => ((index >> bits) & 255).toString(16).padStart(2, '0')).join(':')}`;
  const link = { name, index, mtu, up: false, mac, addresses: [] };
  host.links.push(link);
  return link;
}

export function dropLink(host: HostWorld, name: string): void {
  host.links = host.links.filter((link) => link.name !== name);
}

/** `ip address del …`, `ip link set … mtu … up` and `ip address replace …`. */
export function bringUp(
  host: HostWorld,
  name: string,
  mtu: number,
  addresses: readonly string[],
  stale: readonly string[] = [],
): void {
  const link = host.links.find((one) => one.name === name);
  if (!link) throw new OperationFailed(`Cannot find device "${name}"`);
  const kept = link.addresses.filter((address) => !stale.includes(address));
  Object.assign(link, { mtu, up: true, addresses: [...new Set([...kept, ...addresses])] });
}

/** The output of `ip -o link show` and `ip -o -4 address show`. */
export function renderLinks({ links }: HostWorld): ScriptResult {
  return succeeded([...links.map(linkRow), ...links.flatMap(addressRows)].map((row) => `${row}\n`).join(''));
}

function linkRow({ name, index, mtu, up, mac }: Writable<Link>): string {
  const flags = ['BROADCAST', 'MULTICAST', ...(up ? ['UP', 'LOWER_UP'] : [])].join();
  const state = up ? 'UP' : 'DOWN';
  return `${index}: ${name}: <${flags}> mtu ${mtu} qdisc noqueue state ${state} mode DEFAULT group default qlen 1000\\    link/ether ${mac} brd ff:ff:ff:ff:ff:ff`;
}

function addressRows({ name, index, addresses }: Writable<Link>): readonly string[] {
  return addresses.map(
    (address) =>
      `${index}: ${name}    inet ${address} scope global ${name}\\       valid_lft forever preferred_lft forever`,
  );
}
