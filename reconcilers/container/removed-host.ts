import { markers } from '../../renderers/lib/markers.ts';
import type { Reason } from '../contract/reasons.ts';
import { manual, notObserved, type Remedy } from '../contract/remedy.ts';
import type { Ovs, OvsPort } from '../facts/ovs/ovs.ts';
import type { DesiredMember } from './desired.ts';
import { bridgeUnknown, removedHostMayRunIt } from './messages.ts';
import type { RelatedFacts } from './related-facts.ts';
import { runtimes } from './runtimes/index.ts';

/** Why a member has no container, and what can be done about it. */
export interface Cause {
  readonly reason: Reason;
  readonly remedy: Remedy;
}

/**
 * A host that was removed from the documents is not observed and may still run this member, with its address and its data. It is known
 * by a managed tunnel port that leads to no declared host. The member's new host may be new itself and have none, so the bridges of all
 * hosts are checked.
 */
export function removedHost({ container, others, tunnels }: DesiredMember, seen: RelatedFacts): Cause | undefined {
  const hosts = [container.host, ...others];
  const bridges = [seen.ovs, ...seen.otherBridges];
  const [first] = bridges.flatMap((one, index) =>
    one.state === 'present' ? staleTunnels(one.value, container.cluster.name, tunnels, hosts[index] ?? '') : [],
  );
  if (first) {
    const { port, at } = first;
    const tunnel = { port: port.name, at, remote: port.options['remote_ip'] ?? 'unknown address' };
    const { stopCommand } = runtimes[container.cluster.runtime.type].terms;
    const remedy = manual(removedHostMayRunIt(tunnel, stopCommand(container.id)));
    return { reason: 'ContainerOnRemovedHost', remedy };
  }
  const unknown = bridges.findIndex((one) => one.state === 'unknown');
  const [host, bridge] = [hosts[unknown], bridges[unknown]];
  if (host === undefined || bridge === undefined) return undefined;
  return { reason: 'NotObserved', remedy: notObserved(bridge, (reason) => bridgeUnknown(host, reason)) };
}

function staleTunnels(
  { bridges }: Ovs,
  cluster: string,
  tunnels: ReadonlySet<string>,
  at: string,
): readonly { readonly port: OvsPort; readonly at: string }[] {
  return bridges.flatMap(({ ports }) =>
    ports
      .filter((port) => port.type === 'gre' && port.marks[markers.ovsCluster] === cluster && !tunnels.has(port.name))
      .map((port) => ({ port, at })),
  );
}
