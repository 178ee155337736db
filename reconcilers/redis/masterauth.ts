import { digest } from '../../renderers/lib/text.ts';
import type { RedisFacts } from '../facts/redis/redis.ts';
import type { Context } from './context.ts';

/** Whether a running Redis would send another password to its master than the declared one. False if that is not known. */
export function hasOtherMasterauth({ tenant }: Context, { masterauth }: RedisFacts): boolean {
  return masterauth !== undefined && masterauth !== digest(tenant.password.reveal());
}
