import type { Link } from '../facts/host/links.ts';
import type { Observation } from '../facts/observation.ts';

/** The device of a host that has an address, with whatever prefix. Undefined if none has it, or if that is not known. */
export function deviceWith(
  address: string | undefined,
  links: Observation<readonly Link[]> | undefined,
): Link | undefined {
  if (links?.state !== 'present') return undefined;
  return links.value.find(({ addresses }) => addresses.some((one) => one.split('/')[0] === address));
}
