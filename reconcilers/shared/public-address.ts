import type { Cluster, Origin, ProxyPair } from '../../crds/fleet.ts';
import { markers } from '../../renderers/lib/markers.ts';
import type { ElasticAddress } from '../facts/ec2/elastic-addresses.ts';
import type { Ec2Filters } from '../facts/fact.ts';
import { absent, type Observation, present, unknown } from '../facts/observation.ts';
import { adoptedPart } from './adoption.ts';
import { isOwnedBy } from './ec2-tags.ts';
import type { PartState } from './part-state.ts';
import { filtersOf } from './vpc-network-facts.ts';

export interface PublicAddressState {
  readonly address: PartState<ElasticAddress>;
  /** Further ones with the tags of this pair: another was allocated while the first one was not shown yet. */
  readonly duplicates: readonly ElasticAddress[];
}

/** The part of a Cluster that the public address of a pair is, as its tag says. */
export function publicAddressPart(pair: string): string {
  return `public-address-${pair}`;
}

/** None if the pair declares no public address. Those that a Cluster created are read in one call for all its pairs. */
export function publicAddressFacts({ name }: Pick<Cluster, 'name'>, { publicAddress }: ProxyPair) {
  if (!publicAddress) return [];
  const filters: Ec2Filters = filtersOf(publicAddress, 'allocation-id', { [`tag:${markers.ec2Cluster}`]: [name] });
  return [{ fact: 'elastic-addresses', filters } as const];
}

/** The Elastic IP address of a pair, as EC2 shows it. Of several created ones the one that is bound is kept. */
export function publicAddressState(
  { name }: Pick<Cluster, 'name'>,
  pair: string,
  origin: Origin,
  shown: Observation<readonly ElasticAddress[]> | undefined,
): PublicAddressState {
  if (shown?.state !== 'present') return { address: shown ?? unknown('EC2 was not asked'), duplicates: [] };
  if ('adopt' in origin) return { address: adoptedPart(origin.adopt, shown.value), duplicates: [] };
  const own = shown.value.filter(
    (one) => isOwnedBy(one, name) && one.tags[markers.ec2Part] === publicAddressPart(pair),
  );
  const [first, ...duplicates] = [...own].sort(
    (a, b) => Number(b.boundTo !== undefined) - Number(a.boundTo !== undefined) || (a.id < b.id ? -1 : 1),
  );
  return { address: first ? present(first) : absent, duplicates };
}
