import type { Finding } from '../contract/finding.ts';
import { act, settling } from '../contract/remedy.ts';
import { endpointOf, type RedisFacts } from '../facts/redis/redis.ts';
import { acceptedIn, lacksDeclared } from '../shared/password-in-use.ts';
import type { Context } from './context.ts';

/** A Redis that runs accepts the declared passwords, now and when it starts again. */
export function acceptedFindings({ tenant, member, facts, finding }: Context, says: RedisFacts): readonly Finding[] {
  const inForce = lacksDeclared(tenant, says.accepted);
  // With one password, the file is compared with it elsewhere (files.ts).
  if (!inForce && !(tenant.previousPassword && lacksDeclared(tenant, acceptedIn(facts, 'redis.conf')))) return [];
  const endpoint = endpointOf(tenant, member, tenant.redis.port);
  const accept = act([
    { operation: 'accept-passwords', endpoint, service: 'redis', only: false, rewrite: says.onDisk },
  ]);
  const remedy =
    inForce || says.onDisk ? accept : settling('redis.conf is written once the append-only file is complete');
  const values = { have: inForce ? 'not all accepted' : 'not all in redis.conf', want: 'all declared ones accepted' };
  return [finding('PasswordNotAccepted', 'passwords', values, remedy, [])];
}
