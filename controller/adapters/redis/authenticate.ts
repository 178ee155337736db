import type { Redis } from 'ioredis';
import type { Secret } from '../../../crds/secret.ts';
import type { RespTarget } from '../../../reconcilers/facts/fact.ts';
import { aboutEndpoint } from './errors.ts';
import { isReplyError, masked } from './replies.ts';

/**
 * Sends the password, or the previous one if that is refused, and waits: what follows must not reach a server of somebody else. Resolves
 * with the error reply of a server that has no password, which means that it has not loaded the tenant's configuration; rejects when the
 * password is wrong.
 */
export async function authenticate(redis: Redis, endpoint: RespTarget): Promise<string | undefined> {
  const { password, previousPassword } = endpoint;
  const refusal = await refusalOf(redis, password);
  const still = refusal?.wrong && previousPassword ? await refusalOf(redis, previousPassword) : refusal;
  if (still === undefined || !still.wrong) return still?.message;
  const references = [password, ...(previousPassword ? [previousPassword] : [])].map(({ reference }) => reference);
  throw aboutEndpoint(
    endpoint,
    'password',
    `refused the password of ${references.join(', and that of ')} (${still.message.split(' ', 1)[0]}): it runs with another one. ` +
      'Correct the reference, or restart it with the configuration on its disk',
  );
}

/** The error reply to AUTH, if any. `wrong`: it has another password. */
async function refusalOf(
  redis: Redis,
  password: Secret,
): Promise<{ readonly message: string; readonly wrong: boolean } | undefined> {
  try {
    await redis.call('AUTH', password.reveal());
    return undefined;
  } catch (error) {
    if (!isReplyError(error)) throw error;
    const wrong = /^(WRONGPASS|ERR invalid password|NOAUTH|NOPERM)/i.test(error.message);
    if (/without any password|no password is set/i.test(error.message)) return { message: error.message, wrong: false };
    return { message: masked(error.message, [['AUTH', password]]), wrong };
  }
}
