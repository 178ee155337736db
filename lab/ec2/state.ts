import { HOSTS, type LabHost } from '../topology.ts';
import type { Tag } from './filters.ts';

export type InstanceState = 'pending' | 'running' | 'stopping' | 'stopped';

export interface Instance {
  readonly host: LabHost;
  readonly state: InstanceState;
  /** EC2's own words on why it is not running; empty while it is. */
  readonly reason: string;
  readonly launched: Date;
  readonly tags: readonly Tag[];
}

export interface NetworkInterface {
  readonly host: LabHost;
  /** The primary address first. */
  readonly addresses: readonly string[];
  readonly tags: readonly Tag[];
}

/** All that the API knows. Replaced as a whole, never edited. */
export interface Ec2State {
  readonly instances: readonly Instance[];
  readonly interfaces: readonly NetworkInterface[];
}

export function initialState(now: Date): Ec2State {
  const tags = (host: LabHost): Tag[] => [{ key: 'Name', value: host.name }];
  return {
    instances: HOSTS.map((host) => ({ host, state: 'pending', reason: '', launched: now, tags: tags(host) })),
    interfaces: HOSTS.map((host) => ({ host, addresses: [host.address], tags: tags(host) })),
  };
}

/** The state with `host`'s instance changed. */
export function withInstance(state: Ec2State, host: LabHost, change: Partial<Omit<Instance, 'host'>>): Ec2State {
  return {
    ...state,
    instances: state.instances.map((one) => (one.host.name === host.name ? { ...one, ...change } : one)),
  };
}
