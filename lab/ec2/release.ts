import type { LabHost } from '../topology.ts';
import { droppedWith } from './elastic-associations.ts';
import { type Ec2State, type NetworkInterface, withInstance, withoutTags } from './state.ts';

/** The state after `host` is terminated: its address and its name are free, its volume is removed. */
export function released(state: Ec2State, host: LabHost): Ec2State {
  const volumes = state.volumes.filter((one) => one.host === host).map((one) => one.id);
  const without = {
    ...withInstance(state, host, { state: 'terminated' }),
    interfaces: state.interfaces.flatMap((one) => (one.host === host ? remaining(one) : [one])),
    volumes: state.volumes.filter((one) => one.host !== host),
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
