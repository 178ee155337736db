import { Secret } from '../../../crds/secret.ts';
import { digest } from '../../../renderers/lib/text.ts';
import type { RespCommand } from '../../facts/fact.ts';
import type { ActionOf } from '../actions.ts';
import type { RespOperation } from '../operation.ts';

/**
 * ACL SETUSER of the user `default`, who may have several passwords. One command does it: there is no moment in which a password is missing.
 * CONFIG SET requirepass replaces all of them with one (ACLUpdateDefaultUserPassword in acl.c); it is for the line in redis.conf, and Sentinel
 * does not know it.
 */
export const acceptPasswords: RespOperation<ActionOf<'accept-passwords'>> = {
  via: 'resp',
  endpoint: ({ endpoint }) => endpoint,
  commands: ({ endpoint: { password, previousPassword }, service, only, rewrite }) => [
    ...(only && service === 'redis' ? [['CONFIG', 'SET', 'requirepass', password] as const] : []),
    ['ACL', 'SETUSER', 'default', ...(only ? ['resetpass'] : []), ...[password, previousPassword].flatMap(sumOf)],
    ...(rewrite ? [rewriting[service]] : []),
  ],
  describe: ({ endpoint: { tenant, member, previousPassword }, service, only }) => {
    const which = `the ${previousPassword ? 'declared and the previous password' : 'declared password'}${only ? ' only' : ''}`;
    return `accept ${which} on the ${service === 'redis' ? 'Redis' : 'Sentinel'} of ${tenant}-${member}`;
  },
  settleMs: 2_000,
};

const rewriting: Readonly<Record<'redis' | 'sentinel', RespCommand>> = {
  redis: ['CONFIG', 'REWRITE'],
  sentinel: ['SENTINEL', 'FLUSHCONFIG'],
};

function sumOf(password: Secret | undefined): readonly Secret[] {
  return password ? [new Secret(password.reference, `#${digest(password.reveal())}`)] : [];
}
