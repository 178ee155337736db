import type { LabHost } from '../topology.ts';
import { type Ec2State, type NetworkInterface, withInstance, withoutTags } from './state.ts';

/** The state in which `host` is terminated: its address is free, its volume gone, its name another's to have. */
export function released(state: Ec2State, host: LabHost): Ec2State {
  const volumes = state.volumes.filter((one) => one.host === host).map((one) => one.id);
  const without = {
    ...withInstance(state, host, { state: 'terminated' }),
    interfaces: state.interfaces.flatMap((one) => (one.host === host ? left(one) : [one])),
    volumes: state.volumes.filter((one) => one.host !== host),
  };
  const gone = without.interfaces.some((one) => one.host.interfaceId === host.interfaceId) ? [] : [host.interfaceId];
  return withoutTags(without, [...gone, ...volumes]);
}

/** What is left of the interface of a host that is no more: nothing, or one that is attached to nothing. */
function left(card: NetworkInterface): readonly NetworkInterface[] {
  if (card.endsWithInstance) return [];
  const host = { ...card.host, name: '', instanceId: '', attachmentId: '', flavour: '' };
  return [{ ...card, host, attached: false }];
}

/** The state that no longer knows there was such an instance, nor the token it came of. */
export function forgotten(state: Ec2State, host: LabHost): Ec2State {
  const without = {
    ...state,
    instances: state.instances.filter((one) => one.host !== host),
    launches: state.launches.filter((one) => one.instanceId !== host.instanceId),
  };
  return withoutTags(without, [host.instanceId]);
}
