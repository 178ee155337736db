import { typeOf } from '../ec2/instance-types.ts';
import type { Instance } from '../ec2/state.ts';

/** The driver that the instance's network interface needs, by its type and its enabled attributes. */
export function nicDriver({ type, sriov, ena }: Pick<Instance, 'type' | 'sriov' | 'ena'>): 'ena' | 'ixgbevf' | 'vif' {
  const known = typeOf(type);
  if (known?.ena === 'required' || (known?.ena === 'supported' && ena)) return 'ena';
  return known?.sriov === true && sriov ? 'ixgbevf' : 'vif';
}
