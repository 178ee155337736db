import type { Cluster } from '../../crds/fleet.ts';
import { act, blind, type Drift, notice, operator, type Remedy, wait } from '../drift.ts';
import { isOurs } from '../ec2-tags.ts';
import { groundAsks, groundSight } from '../ground.ts';
import type { Observation } from '../observation.ts';
import type { AddressOwner } from '../questions/address-owner.ts';
import { bind, type Desired } from '../reconciler.ts';
import { reasonOf } from '../service.ts';
import { partsOf, type UnwantedPart } from './ground-parts.ts';

interface UnwantedGround extends Desired {
  readonly cluster: Cluster;
  /** Hosts of ours that are still there, or could not be seen. */
  readonly hosts: readonly string[];
}

const questions = ({ cluster }: UnwantedGround) => {
  const addresses = cluster.hosts.flatMap(({ origin }) => ('create' in origin ? [origin.create.address] : [])).sort();
  return {
    ...groundAsks(cluster),
    interfaces: addresses.length ? [{ what: 'address-owner', addresses } as const] : [],
  };
};

/** The network around the hosts, once they are gone: what lies in the VPC before the VPC itself. */
export const grounds = bind<UnwantedGround, ReturnType<typeof questions>>({
  concern: 'network',
  desire: ({ cluster }, inventory) =>
    cluster.network.vpc
      ? [
          {
            subject: 'network/vpc',
            needs: [],
            cluster,
            hosts: cluster.hosts.flatMap(({ name, origin }) =>
              'create' in origin && inventory.get(name)?.state !== 'absent' ? [name] : [],
            ),
          },
        ]
      : [],
  questions,
  diff: ({ cluster, hosts }, { interfaces: [cards], ...seen }) => {
    const parts = partsOf(cluster, groundSight(cluster, false, seen));
    const inside = insideOf(cluster, hosts, cards);
    if (inside)
      return parts
        .filter(({ state }) => state !== 'adopted')
        .map((part) => finding(part, 'reason' in inside ? blind(inside.reason) : notice(inside.words)));
    // One after the other: EC2 refuses to delete what holds anything.
    const [next] = parts.filter(({ state }) => state !== 'adopted');
    return parts.map((part) => finding(part, remedyOf(part, next)));
  },
});

/** What is still in the network, in words, or why that could not be seen; undefined: nothing. */
function insideOf(
  { name }: Cluster,
  hosts: readonly string[],
  cards: Observation<readonly AddressOwner[]> | undefined,
): { readonly words: string } | { readonly reason: string } | undefined {
  const left = (what: string) => ({ words: `it goes once nothing is in it: ${what} still there` });
  if (hosts.length) return left(`${hosts.join(', ')} ${hosts.length === 1 ? 'is' : 'are'}`);
  if (!cards) return undefined;
  if (cards.state !== 'present') return { reason: reasonOf(cards) };
  return cards.value.some((one) => isOurs(one, name)) ? left('network interfaces are') : undefined;
}

function remedyOf(part: UnwantedPart, next: UnwantedPart | undefined): Remedy {
  if (part.state === 'adopted') return notice('adopted: it is left alone');
  if (part.state === 'unseen') return blind(part.reason);
  if (part.state === 'stuck') return operator(part.reason);
  return part === next ? act(part.away) : wait(`${next?.name ?? 'what is in it'} first`, 'network/vpc');
}

function finding(part: UnwantedPart, remedy: Remedy): Drift {
  const adopted = part.state === 'adopted';
  return {
    subject: 'network/vpc',
    field: part.name,
    want: adopted ? 'as it is' : 'gone',
    have: part.id,
    hurts: [],
    remedy,
  };
}
