import type { Link } from '../questions/links.ts';
import type { HostAnswer } from '../questions/sense.ts';
import { answered } from './answer.ts';
import { type HostWorld, numberFrom, VerbFailed, type Writable } from './world.ts';

/** A device made anew: down and without addresses, as the kernel makes it. */
export function giveLink(host: HostWorld, name: string, mtu: number): Writable<Link> {
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
  if (!link) throw new VerbFailed(`Cannot find device "${name}"`);
  const kept = link.addresses.filter((address) => !stale.includes(address));
  Object.assign(link, { mtu, up: true, addresses: [...new Set([...kept, ...addresses])] });
}

/** What `ip -json address show` prints. */
export function printLinks({ links }: HostWorld): HostAnswer {
  return answered(`${JSON.stringify(links.map(linkRow))}\n`);
}

function linkRow({ name, index, mtu, up, mac, addresses }: Writable<Link>): object {
  const infos = addresses.map((address) => {
    const [local, length] = address.split('/');
    return { family: 'inet', local, prefixlen: Number(length), scope: 'global', label: name };
  });
  const own = { family: 'inet6', local: 'fe80::1', prefixlen: 64, scope: 'link' };
  const flags = ['BROADCAST', 'MULTICAST', ...(up ? ['UP', 'LOWER_UP'] : [])];
  return { ifindex: index, ifname: name, flags, mtu, qdisc: 'noqueue', address: mac, addr_info: [...infos, own] };
}
