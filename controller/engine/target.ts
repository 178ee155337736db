import type { Inventory } from '../../reconcilers/contract/inventory.ts';
import { markers } from '../../renderers/lib/markers.ts';
import type { HostTarget } from '../transport/io.ts';

/** Where a host is reached, or why it cannot be. */
export type TargetOf = (host: string) => HostTarget | { readonly reason: string };

export function targetsIn(inventory: Inventory): TargetOf {
  return (host) => targetIn(inventory, host);
}

function targetIn(inventory: Inventory, host: string): ReturnType<TargetOf> {
  const found = inventory.get(host);
  if (found?.state !== 'present')
    return { reason: found?.state === 'unknown' ? found.reason : `EC2 shows no instance for ${host}` };
  const { state, privateAddress, instanceId, launched, tags } = found.value;
  if (state !== 'running') return { reason: `instance ${instanceId} is ${state}` };
  if (!privateAddress) return { reason: `instance ${instanceId} has no private address` };
  const made = tags[markers.ec2Host] === host ? { made: { instanceId, launched } } : {};
  return { name: host, address: privateAddress, ...made };
}
