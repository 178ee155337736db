import type { Fleet, Host, HostName } from '../../crds/fleet.ts';
import type { Instance, Inventory } from '../inventory.ts';
import { marks } from '../marks.ts';
import { absent, type Observation, present, unknown } from '../observation.ts';
import type { AskOf } from '../questions/index.ts';
import type { Seen } from '../reconciler.ts';

/** Terminated instances stay visible for about an hour: they are nobody. */
const alive = ['pending', 'running', 'stopping', 'stopped'];

/**
 * One call for all hosts adopted by id, one for each tag key, and one for all that were created: filters with several values are ORed by EC2,
 * filters are ANDed.
 */
export function asksForHosts({ cluster }: Fleet): readonly AskOf<'instances'>[] {
  const asks = cluster.hosts.map((host) => askOf(cluster, host));
  return [...new Map(asks.map((ask) => [JSON.stringify(ask), ask])).values()];
}

/** Who exists, from EC2's answers. Two instances that match one host are nobody: a person must say which. */
export function inventoryOf({ cluster }: Fleet, seen: Seen): Inventory {
  return new Map(
    cluster.hosts.map((host): [HostName, Observation<Instance>] => [
      host.name,
      found(host, seen(askOf(cluster, host))),
    ]),
  );
}

function found(host: Host, answer: Observation<readonly Instance[]>): Observation<Instance> {
  if (answer.state !== 'present') return answer;
  const matching = answer.value.filter((instance) => matches(host, instance));
  const [only, ...others] = matching;
  if (!only) return absent;
  if (others.length === 0) return present(only);
  const ids = matching.map((one) => one.instanceId).join(', ');
  const remedy =
    'adopt' in host.origin
      ? 'adopt by instanceId instead'
      : `take the tag ${marks.ec2Host} off the one that is not host ${host.name}`;
  return unknown(`${matching.length} instances match: ${ids}; ${remedy}`);
}

function matches({ name, origin }: Host, instance: Instance): boolean {
  if ('create' in origin) return instance.tags[marks.ec2Host] === name;
  if ('id' in origin.adopt) return instance.instanceId === origin.adopt.id;
  return instance.tags[origin.adopt.tag.key] === origin.adopt.tag.value;
}

/** The same ask for all hosts that are found the same way: it is put once. */
function askOf({ name, hosts }: Fleet['cluster'], { origin }: Host): AskOf<'instances'> {
  if ('create' in origin) return askFor(`tag:${marks.ec2Cluster}`, [name]);
  const adoptions = hosts.flatMap((host) => ('adopt' in host.origin ? [host.origin.adopt] : []));
  if ('id' in origin.adopt)
    return askFor(
      'instance-id',
      adoptions.flatMap((one) => ('id' in one ? [one.id] : [])),
    );
  const { key } = origin.adopt.tag;
  return askFor(
    `tag:${key}`,
    adoptions.flatMap((one) => ('tag' in one && one.tag.key === key ? [one.tag.value] : [])),
  );
}

function askFor(filter: string, values: readonly string[]): AskOf<'instances'> {
  return { what: 'instances', filters: { [filter]: [...new Set(values)].sort(), 'instance-state-name': alive } };
}
