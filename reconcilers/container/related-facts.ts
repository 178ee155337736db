import type { Containers } from '../facts/container/container-facts.ts';
import type { Template } from '../facts/container/template.ts';
import type { Link } from '../facts/host/links.ts';
import type { Observation } from '../facts/observation.ts';
import type { Ovs } from '../facts/ovs/ovs.ts';
import type { DesiredMember } from './desired.ts';

/** Facts that a member's container is compared with: listings, shared by all members of a host. */
export const relatedFacts = ({ container: { cluster, host }, others }: DesiredMember) => {
  const { type, template } = cluster.runtime;
  return {
    here: { fact: 'containers', host, runtime: type } as const,
    others: others.map((other) => ({ fact: 'containers', host: other, runtime: type }) as const),
    template: { fact: 'template', host, runtime: type, name: template.name, tarball: template.tarball } as const,
    ovs: { fact: 'ovs', host } as const,
    otherBridges: others.map((other) => ({ fact: 'ovs', host: other }) as const),
    links: { fact: 'links', host } as const,
  };
};

/** What was observed about a member's container and about the other hosts. */
export interface RelatedFacts {
  readonly here: Observation<Containers>;
  /** In the order of the member's `others`. */
  readonly others: readonly Observation<Containers>[];
  readonly template: Observation<Template>;
  readonly ovs: Observation<Ovs>;
  /** In the order of the member's `others`. */
  readonly otherBridges: readonly Observation<Ovs>[];
  readonly links: Observation<readonly Link[]>;
}
