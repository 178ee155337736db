import { markers } from '../../renderers/lib/markers.ts';
import type { Instance } from '../facts/ec2/instance.ts';

/** Since when an instance is retired, that is, stopped and kept by a delete (milliseconds since 1970); undefined: it is not. */
export function retiredAt({ tags }: Pick<Instance, 'tags'>): number | undefined {
  const value = tags[markers.ec2Retired];
  const time = value === undefined ? Number.NaN : Date.parse(value);
  return Number.isFinite(time) ? time : undefined;
}
