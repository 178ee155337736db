import type { Cluster } from '../../crds/fleet.ts';
import { type Finding, findingsAbout } from '../contract/finding.ts';
import type { Reason } from '../contract/reasons.ts';
import { bind, type Desired } from '../contract/reconciler.ts';
import {
  act,
  dependsOn,
  type Info,
  info,
  manual,
  notObserved,
  type Remedy,
  settling,
  type Unknown,
} from '../contract/remedy.ts';
import type { NetworkInterface } from '../facts/ec2/network-interfaces.ts';
import type { Observation } from '../facts/observation.ts';
import { isOwnedBy } from '../shared/ec2-tags.ts';
import { vpcNetworkState } from '../shared/vpc-network.ts';
import { vpcNetworkFacts } from '../shared/vpc-network-facts.ts';
import { type PartToDelete, partsOf } from './network-parts.ts';

interface NetworkToDelete extends Desired {
  readonly cluster: Cluster;
  /** Created hosts that still exist, or whose state is unknown. */
  readonly hosts: readonly string[];
}

const facts = ({ cluster }: NetworkToDelete) => {
  const addresses = cluster.hosts.flatMap(({ origin }) => ('create' in origin ? [origin.create.address] : [])).sort();
  return {
    ...vpcNetworkFacts(cluster),
    interfaces: addresses.length ? [{ fact: 'network-interfaces', addresses } as const] : [],
  };
};

/** The network around the hosts, once they are gone: what is in the VPC before the VPC itself. */
export const network = bind<NetworkToDelete, ReturnType<typeof facts>>({
  component: 'network',
  desire: ({ cluster }, inventory) =>
    cluster.network.vpc
      ? [
          {
            subject: 'network/vpc',
            dependsOn: [],
            cluster,
            hosts: cluster.hosts.flatMap(({ name, origin }) =>
              'create' in origin && inventory.get(name)?.state !== 'absent' ? [name] : [],
            ),
          },
        ]
      : [],
  facts,
  diff: ({ cluster, hosts }, { interfaces: [interfaces], ...observed }) => {
    const parts = partsOf(cluster, vpcNetworkState(cluster, false, observed));
    const deletable = parts.filter(({ state }) => state !== 'adopted');
    const use = inUse(cluster, hosts, interfaces);
    if (use)
      return deletable.map((part) => finding(part, use.by === 'info' ? 'NetworkStillInUse' : 'NotObserved', use));
    // One after the other: EC2 refuses to delete what holds anything.
    const [next] = deletable;
    return parts.map((part) => partFinding(part, next));
  },
});

/** Why the network cannot be deleted yet; undefined when nothing is in it. */
function inUse(
  { name }: Cluster,
  hosts: readonly string[],
  interfaces: Observation<readonly NetworkInterface[]> | undefined,
): Info | Unknown | undefined {
  const used = (by: string) => info(`it is deleted once nothing is in it: ${by} still there`);
  if (hosts.length) return used(`${hosts.join(', ')} ${hosts.length === 1 ? 'is' : 'are'}`);
  if (!interfaces) return undefined;
  if (interfaces.state !== 'present') return notObserved(interfaces);
  return interfaces.value.some((one) => isOwnedBy(one, name)) ? used('network interfaces are') : undefined;
}

function partFinding(part: PartToDelete, next: PartToDelete | undefined): Finding {
  if (part.state === 'adopted') return finding(part, 'AdoptedKept', info('adopted: it is left alone'));
  if (part.state === 'unknown') return finding(part, 'NotObserved', notObserved(part.seen));
  if (part.state === 'conflict') return finding(part, part.reason, manual(part.message));
  if (part.state === 'ending') return finding(part, 'ToBeDeleted', settling(`EC2 is deleting ${part.id}`));
  if (part === next) return finding(part, 'ToBeDeleted', act(part.actions));
  return finding(part, 'ToBeDeleted', dependsOn('network/vpc', `${next?.name ?? 'what is in it'} is deleted first`));
}

function finding(part: PartToDelete, reason: Reason, remedy: Remedy): Finding {
  const values = { have: part.id, want: part.state === 'adopted' ? part.id : 'absent' };
  return findingsAbout('network/vpc')(reason, part.name, values, remedy);
}
