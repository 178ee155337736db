import type { HostName } from '../../crds/fleet.ts';
import type { Instance } from '../facts/ec2/instance.ts';
import type { Observation } from '../facts/observation.ts';

/** The instance of each host. Every later fact request depends on it. */
export type Inventory = ReadonlyMap<HostName, Observation<Instance>>;
