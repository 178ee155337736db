import { fixed } from '../../renderers/shell.ts';
import { whole } from './reading.ts';
import type { HostSense } from './sense.ts';

/** A network device of a host, as `ip -json address` shows it. */
export interface Link {
  readonly name: string;
  readonly index: number;
  readonly mtu: number;
  readonly up: boolean;
  readonly mac: string;
  /** IPv4 addresses with their prefix length: `10.101.0.1/24`. */
  readonly addresses: readonly string[];
}

export const links: HostSense<object, readonly Link[]> = {
  via: 'host',
  script: () => fixed('ip -json address show\n'),
  read: (raw) => whole(raw, (stdout) => (JSON.parse(stdout) as readonly IpLink[]).map(linkOf)),
};

interface IpLink {
  readonly ifname: string;
  readonly ifindex: number;
  readonly mtu: number;
  readonly flags: readonly string[];
  readonly address?: string;
  readonly addr_info?: readonly { readonly family: string; readonly local: string; readonly prefixlen: number }[];
}

function linkOf(link: IpLink): Link {
  return {
    name: link.ifname,
    index: link.ifindex,
    mtu: link.mtu,
    up: link.flags.includes('UP'),
    mac: link.address ?? '',
    addresses: (link.addr_info ?? [])
      .filter((info) => info.family === 'inet')
      .map((info) => `${info.local}/${info.prefixlen}`),
  };
}
