import type { Observation } from '../observation.ts';
import type { Containers } from '../questions/containers.ts';
import type { Link } from '../questions/links.ts';
import type { Ovs } from '../questions/ovs.ts';
import type { Template } from '../questions/template.ts';
import type { DesiredMember } from './desired.ts';

/** What a member's container is judged by: listings, that all members of a host share. */
export const questionsAround = ({ container: { cluster, host }, others }: DesiredMember) => {
  const { type, template } = cluster.runtime;
  return {
    here: { what: 'containers', host, runtime: type } as const,
    others: others.map((other) => ({ what: 'containers', host: other, runtime: type }) as const),
    template: { what: 'template', host, runtime: type, name: template.name, tarball: template.tarball } as const,
    ovs: { what: 'ovs', host } as const,
    otherSwitches: others.map((other) => ({ what: 'ovs', host: other }) as const),
    links: { what: 'links', host } as const,
  };
};

/** What was seen around a member. */
export interface Around {
  readonly here: Observation<Containers>;
  /** In the order of `others` of the member. */
  readonly others: readonly Observation<Containers>[];
  readonly template: Observation<Template>;
  readonly ovs: Observation<Ovs>;
  /** In the order of `others` of the member. */
  readonly otherSwitches: readonly Observation<Ovs>[];
  readonly links: Observation<readonly Link[]>;
}
