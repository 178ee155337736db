import type { Cluster } from '../../crds/fleet.ts';
import { markers } from '../../renderers/lib/markers.ts';
import type { Instance } from '../facts/ec2/instance.ts';
import type { Observation } from '../facts/observation.ts';
import type { FactRequestOf } from '../facts/requests.ts';

/** The states of an instance that exists. EC2 shows one that has ended for about an hour; it does not count as a host. */
export const existingStates: readonly string[] = ['pending', 'running', 'stopping', 'stopped'];
const endedStates = ['shutting-down', 'terminated'];

/** The last instance of the host that EC2 still shows although it has ended. */
export function lastEnded(host: string, shown: Observation<readonly Instance[]> | undefined): Instance | undefined {
  const ended = shown?.state === 'present' ? shown.value.filter(hasEnded) : [];
  return ended
    .filter(({ tags }) => tags[markers.ec2Host] === host)
    .sort((a, b) => (b.launched ?? 0) - (a.launched ?? 0))[0];
}

export function hasEnded({ state }: Pick<Instance, 'state'>): boolean {
  return endedStates.includes(state);
}

/** All instances that were created for a Cluster, in one call: also those that have ended, because they say why. */
export function createdInstances({ name }: Pick<Cluster, 'name'>): FactRequestOf<'instances'> {
  const filters = { [`tag:${markers.ec2Cluster}`]: [name], 'instance-state-name': [...existingStates, ...endedStates] };
  return { fact: 'instances', filters };
}
