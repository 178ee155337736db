import type { Fleet, Host, HostName } from '../../crds/fleet.ts';
import type { Inventory } from '../../reconcilers/contract/inventory.ts';
import type { FactLookup } from '../../reconcilers/contract/reconciler.ts';
import type { Instance } from '../../reconcilers/facts/ec2/instance.ts';
import { absent, type Observation, present, unknown } from '../../reconcilers/facts/observation.ts';
import type { FactRequestOf } from '../../reconcilers/facts/requests.ts';
import { createdInstances, existingStates, hasEnded } from '../../reconcilers/shared/created-instances.ts';
import { markers } from '../../renderers/lib/markers.ts';

/**
 * One call for all hosts adopted by id, one for each tag key, and one for all created hosts. EC2 combines the values of one filter with OR,
 * and filters with AND.
 */
export function hostFacts({ cluster }: Fleet): readonly FactRequestOf<'instances'>[] {
  const requests = cluster.hosts.map((host) => requestOf(cluster, host));
  return [...new Map(requests.map((request) => [JSON.stringify(request), request])).values()];
}

/** Which instance each host is, from the results of EC2. If several instances match one host, it is unknown until one of them is chosen manually. */
export function inventoryOf({ cluster }: Fleet, lookup: FactLookup): Inventory {
  return new Map(
    cluster.hosts.map((host): [HostName, Observation<Instance>] => [
      host.name,
      found(host, lookup(requestOf(cluster, host))),
    ]),
  );
}

function found(host: Host, result: Observation<readonly Instance[]>): Observation<Instance> {
  if (result.state !== 'present') return result;
  const matching = result.value.filter((instance) => matches(host, instance));
  const [only, ...others] = matching;
  if (!only) return absent;
  if (others.length === 0) return present(only);
  const ids = matching.map((one) => one.instanceId).join(', ');
  const remedy =
    'adopt' in host.origin
      ? 'adopt by instanceId instead'
      : `remove the tag ${markers.ec2Host} from the one that is not host ${host.name}`;
  return unknown(`${matching.length} instances match host ${host.name}: ${ids}; ${remedy}`);
}

function matches({ name, origin }: Host, instance: Instance): boolean {
  if (hasEnded(instance)) return false;
  if ('create' in origin) return instance.tags[markers.ec2Host] === name;
  if ('id' in origin.adopt) return instance.instanceId === origin.adopt.id;
  return instance.tags[origin.adopt.tag.key] === origin.adopt.tag.value;
}

/** The same request for all hosts that are found the same way, so that it is one EC2 call. */
function requestOf(cluster: Fleet['cluster'], { origin }: Host): FactRequestOf<'instances'> {
  if ('create' in origin) return createdInstances(cluster);
  const adoptions = cluster.hosts.flatMap((host) => ('adopt' in host.origin ? [host.origin.adopt] : []));
  if ('id' in origin.adopt)
    return requestFor(
      'instance-id',
      adoptions.flatMap((one) => ('id' in one ? [one.id] : [])),
    );
  const { key } = origin.adopt.tag;
  return requestFor(
    `tag:${key}`,
    adoptions.flatMap((one) => ('tag' in one && one.tag.key === key ? [one.tag.value] : [])),
  );
}

function requestFor(filter: string, values: readonly string[]): FactRequestOf<'instances'> {
  const filters = { [filter]: [...new Set(values)].sort(), 'instance-state-name': existingStates };
  return { fact: 'instances', filters };
}
