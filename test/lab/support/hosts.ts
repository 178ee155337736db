import type { Ec2State, Instance } from '../../../lab/ec2/state.ts';
import { HOSTS, type LabHost } from '../../../lab/topology.ts';

/** The host of `lab up` called `name`. */
export function hostCalled(name: string): LabHost {
  const found = HOSTS.find((host) => host.name === name);
  if (found === undefined) throw new Error(`there is no host ${name}`);
  return found;
}

export function instanceCalled(state: Ec2State, name: string): Instance {
  const found = state.instances.find((one) => one.host.name === name);
  if (found === undefined) throw new Error(`there is no instance ${name}`);
  return found;
}
