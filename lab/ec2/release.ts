import type { LabHost } from '../topology.ts';
import { type Ec2State, withInstance, withoutTags } from './state.ts';

/** The state in which `host` is terminated: its address is free, its volume gone, its name another's to have. */
export function released(state: Ec2State, host: LabHost): Ec2State {
  const volumes = state.volumes.filter((one) => one.host === host).map((one) => one.id);
  const without = {
    ...withInstance(state, host, { state: 'terminated' }),
    interfaces: state.interfaces.filter((one) => one.host !== host),
    volumes: state.volumes.filter((one) => one.host !== host),
  };
  return withoutTags(without, [host.interfaceId, ...volumes]);
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
