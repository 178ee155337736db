import type { Login, Ssh } from '../../../crds/fleet.ts';
import type { HostTarget } from '../../transport/io.ts';

/** How to log in to a host: its own login, or that of spec.ssh. */
export function loginOf(settings: Ssh, target: HostTarget): Login {
  return target.login ?? settings;
}

/** The address that a host is dialled at. */
export function dialled({ address, publicAddress }: HostTarget): string {
  return publicAddress ?? address;
}

/** `redis-a (10.80.1.10)`, for messages; with the way to it, if it is not at that address. */
export function called({ name, address, publicAddress, via }: HostTarget): string {
  if (name === address) return name;
  const way = publicAddress ? ` at ${publicAddress}` : via ? ` through ${via.name}` : '';
  return `${name} (${address}${way})`;
}
