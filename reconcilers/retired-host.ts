import type { Instance } from './inventory.ts';
import { marks } from './marks.ts';

/** Since when an instance is retired (milliseconds since 1970): stopped by a delete, and kept. */
export function retiredAt({ tags }: Instance): number | undefined {
  const value = tags[marks.ec2Retired];
  const time = value === undefined ? Number.NaN : Date.parse(value);
  return Number.isFinite(time) ? time : undefined;
}
