import type { Fleet, Host, HostName } from '../../crds/fleet.ts';
import type { Instance, Inventory } from '../inventory.ts';
import { absent, type Observation, present, unknown } from '../observation.ts';
import type { AskOf } from '../questions/index.ts';
import type { Seen } from '../reconciler.ts';

/** Terminated instances stay visible for about an hour: they are nobody. */
const alive = ['pending', 'running', 'stopping', 'stopped'];

/** One call for all hosts adopted by id, and one for each tag key: filters with several values are ORed by EC2, filters are ANDed. */
export function asksForHosts(fleet: Fleet): readonly AskOf<'instances'>[] {
  const ids = fleet.cluster.hosts.flatMap((host) => ('instanceId' in host.adopt ? [host.adopt.instanceId] : []));
  const keys = [
    ...new Set(fleet.cluster.hosts.flatMap((host) => ('tag' in host.adopt ? [host.adopt.tag.key] : []))),
  ].sort();
  const byId = ids.length ? [askFor('instance-id', ids)] : [];
  return [...byId, ...keys.map((key) => askFor(`tag:${key}`, valuesOf(fleet, key)))];
}

/** Who exists, from EC2's answers. Two instances that match one host are nobody: a person must say which. */
export function inventoryOf(fleet: Fleet, seen: Seen): Inventory {
  return new Map(
    fleet.cluster.hosts.map((host): [HostName, Observation<Instance>] => [
      host.name,
      adopt(host, seen(askOf(fleet, host))),
    ]),
  );
}

function adopt(host: Host, answer: Observation<readonly Instance[]>): Observation<Instance> {
  if (answer.state !== 'present') return answer;
  const matching = answer.value.filter((instance) => matches(host, instance));
  const [only, ...others] = matching;
  if (!only) return absent;
  if (others.length)
    return unknown(
      `${matching.length} instances match: ${matching.map((one) => one.instanceId).join(', ')}; adopt by instanceId instead`,
    );
  return present(only);
}

function matches(host: Host, instance: Instance): boolean {
  if ('instanceId' in host.adopt) return instance.instanceId === host.adopt.instanceId;
  return instance.tags[host.adopt.tag.key] === host.adopt.tag.value;
}

function askOf(fleet: Fleet, host: Host): AskOf<'instances'> {
  if ('tag' in host.adopt) return askFor(`tag:${host.adopt.tag.key}`, valuesOf(fleet, host.adopt.tag.key));
  return askFor(
    'instance-id',
    fleet.cluster.hosts.flatMap((other) => ('instanceId' in other.adopt ? [other.adopt.instanceId] : [])),
  );
}

function askFor(filter: string, values: readonly string[]): AskOf<'instances'> {
  return { what: 'instances', filters: { [filter]: [...new Set(values)].sort(), 'instance-state-name': alive } };
}

function valuesOf(fleet: Fleet, key: string): readonly string[] {
  return fleet.cluster.hosts.flatMap((host) =>
    'tag' in host.adopt && host.adopt.tag.key === key ? [host.adopt.tag.value] : [],
  );
}
