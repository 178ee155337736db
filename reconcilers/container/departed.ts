import { blind, operator, type Remedy } from '../drift.ts';
import { marks } from '../marks.ts';
import type { Ovs, OvsPort } from '../questions/ovs.ts';
import type { Around } from './around.ts';
import type { DesiredMember } from './desired.ts';
import { runtimes } from './runtimes/index.ts';

/**
 * A host that left the documents is not asked, and may still run this member: with its address, and its data. What is left of it is
 * a tunnel port of ours towards nobody who is declared. The host that the member goes to may be new and have none: all are looked at.
 */
export function departed({ container, others, tunnels }: DesiredMember, seen: Around): Remedy | undefined {
  const hosts = [container.host, ...others];
  const switches = [seen.ovs, ...seen.otherSwitches];
  const left = switches.flatMap((one, index) =>
    one.state === 'present' ? strays(one.value, container.cluster.name, tunnels, hosts[index] ?? '') : [],
  );
  const [first] = left;
  if (first) {
    const { port, at } = first;
    const remote = port.options['remote_ip'] ?? 'nowhere';
    return operator(
      `port ${port.name} on ${at} leads to a host (${remote}) that left the documents and may still run this member, with its ` +
        `address: stop it there (${runtimes[container.cluster.runtime.type].words.stop(container.id)}), then take the port out on every host that has it (ovs-vsctl del-port ${port.name})`,
    );
  }
  const hidden = switches.findIndex((one) => one.state === 'unknown');
  if (hidden < 0) return undefined;
  return blind(
    `the bridge of ${hosts[hidden]} could not be seen, and may lead to a host that left and still runs this member`,
  );
}

function strays(
  { bridges }: Ovs,
  cluster: string,
  tunnels: ReadonlySet<string>,
  at: string,
): readonly { readonly port: OvsPort; readonly at: string }[] {
  return bridges.flatMap(({ ports }) =>
    ports
      .filter((port) => port.type === 'gre' && port.marks[marks.ovsCluster] === cluster && !tunnels.has(port.name))
      .map((port) => ({ port, at })),
  );
}
