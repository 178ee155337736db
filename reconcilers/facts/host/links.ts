import { fixed } from '../../../renderers/lib/shell.ts';
import type { HostProbe } from '../fact.ts';
import { whole } from '../script-result.ts';

/** A network device of a host, from `ip -oneline`: iproute2 has JSON output since 4.13 only, and CentOS 6 has 2.6.32. */
export interface Link {
  readonly name: string;
  readonly index: number;
  readonly mtu: number;
  readonly up: boolean;
  readonly mac: string;
  /** IPv4 addresses with their prefix length: `10.101.0.1/24`. */
  readonly addresses: readonly string[];
}

export const links: HostProbe<object, readonly Link[]> = {
  via: 'host',
  script: () => fixed('ip -o link show || exit 1\nip -o -4 address show\n'),
  read: (raw) => whole(raw, (stdout) => linksOf(stdout.split('\n').filter(Boolean))),
};

function linksOf(lines: readonly string[]): readonly Link[] {
  const all: (Link & { addresses: string[] })[] = [];
  for (const line of lines) {
    // `5: eth0@if6: <BROADCAST,UP> mtu 9001 … \    link/ether 02:aa:… brd …`
    const device = /^(\d+): ([^\s@]+?)(?:@\S+)?: <([^>]*)> mtu (\d+) /.exec(line);
    // `5: eth0    inet 10.0.0.1/24 brd …`, and for a point-to-point device `inet 10.0.0.1 peer 10.0.0.2/32`
    const address = /^(\d+): \S+\s+inet ([\d.]+)(?: peer [\d.]+)?(\/\d+)? /.exec(line);
    if (device) {
      const [, index, name = '', flags = '', mtu] = device;
      const mac = /\\ +link\/\S+ (\S+)/.exec(line)?.[1] ?? '';
      const up = flags.split(',').includes('UP');
      all.push({ name, index: Number(index), mtu: Number(mtu), up, mac, addresses: [] });
    } else if (address) {
      // A device created between the two commands is found in the next pass.
      const [, index, local, length = '/32'] = address;
      all.find((one) => one.index === Number(index))?.addresses.push(`${local}${length}`);
    } else throw new Error(`not a line of ip -oneline: ${line.slice(0, 100)}`);
  }
  return all;
}
