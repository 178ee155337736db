import type { LabHost } from '../topology.ts';
import { detached } from './data-volumes.ts';
import { droppedWith } from './elastic-associations.ts';
import { type Ec2State, type NetworkInterface, withInstance, withoutTags } from './state.ts';

/** The state after `host` is terminated: its address and its name are free, its root volume is removed, and others are detached. */
export function released(state: Ec2State, host: LabHost): Ec2State {
  const ending = state.volumes.filter((one) => one.host === host && one.deleteOnTermination);
  const volumes = ending.map((one) => one.id);
  const without = {
    ...withInstance(state, host, { state: 'terminated' }),
    interfaces: state.interfaces.flatMap((one) => (one.host === host ? remaining(one) : [one])),
    volumes: state.volumes
      .filter((one) => !ending.includes(one))
      .map((one) => (one.host === host ? { ...one, ...detached, state: 'available' as const } : one)),
  };
  const removed = without.interfaces.some((one) => one.host.interfaceId === host.interfaceId) ? [] : [host.interfaceId];
  const next = removed.length === 0 ? without : droppedWith(without, host.interfaceId);
  return withoutTags(next, [...removed, ...volumes]);
}

/** What remains of the interface of a terminated host: nothing, or a detached interface. */
function remaining(nic: NetworkInterface): readonly NetworkInterface[] {
  if (nic.deleteOnTermination) return [];
  const host = { ...nic.host, name: '', instanceId: '', attachmentId: '', flavour: '' };
  return [{ ...nic, host, attached: false, publicAddress: undefined }];
}

/** The state without the terminated instance. Its client token stays used. */
export function forgotten(state: Ec2State, host: LabHost): Ec2State {
  const instances = state.instances.filter((one) => one.host !== host);
  return withoutTags({ ...state, instances }, [host.instanceId]);
}
