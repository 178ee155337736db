import { TransportError } from '../controller/transport/errors.ts';
import type { Quota } from '../reconcilers/shared/ec2-answers/quotas.ts';
import type { World } from './world.ts';

/** The value of a quota of the account. Throws if Service Quotas has none. */
export function quotaIn({ ec2 }: World, { code }: Quota): number {
  const value = ec2.quotas[code];
  if (value === undefined) throw new TransportError('refused', `NoSuchResourceException: ${code}`);
  return value;
}
