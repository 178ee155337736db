import type { HostName, ProxyPair, Tenant } from '../../../crds/fleet.ts';
import type { RespFailure, RespProbe, RespTarget } from '../fact.ts';
import { present } from '../observation.ts';
import { isAtMaxclients, isError } from '../resp-replies.ts';

/**
 * What a client of a tenant gets that connects from a proxy host to the virtual address, sends the password and writes. `writable`: the
 * write was accepted. `refused`: it was answered with an error, of this kind. Otherwise there was no answer. `words`: the error, or what
 * happened.
 */
export interface ServiceFacts {
  readonly outcome: 'writable' | 'refused' | RespFailure;
  readonly refusal?: Refusal;
  readonly words: string;
}

/** The first word of the error, but for that of a server whose maxclients are connected, which begins with ERR. */
export type Refusal = (typeof refusals)[number] | 'maxclients' | 'other';

const refusals = ['OOM', 'MISCONF', 'NOREPLICAS', 'READONLY', 'LOADING'] as const;

interface Args {
  readonly endpoint: RespTarget;
}

/**
 * A write that changes nothing: Redis stores nothing if the value is empty and the key does not exist, neither propagates it nor counts
 * it as a change, and still refuses it where it refuses writes (setrangeCommand in t_string.c, flags "write denyoom").
 */
const write = ['SETRANGE', 'ec2-redis-operator:no-such-key', 0, ''] as const;

export const service: RespProbe<Args, ServiceFacts> = {
  via: 'resp',
  endpoint: ({ endpoint }) => endpoint,
  commands: () => [write],
  read: ([reply]) =>
    present(
      // A key of this name that is no string: the write came as far as the key, which is what is asked.
      isError(reply) && !reply.error.startsWith('WRONGTYPE ')
        ? { outcome: 'refused', refusal: refusalOf(reply.error), words: reply.error }
        : { outcome: 'writable', words: '' },
    ),
  readFailure: (outcome, words) => present({ outcome, words }),
};

/** The request for what a client of the tenant gets that connects from this proxy host. */
export function serviceFact(tenant: Tenant, pair: ProxyPair, host: HostName): { readonly fact: 'service' } & Args {
  const { name, expose, password, previousPassword } = tenant;
  const port = expose?.port ?? 0;
  const passwords = { password, ...(previousPassword && { previousPassword }) };
  return { fact: 'service', endpoint: { tenant: name, through: [host], address: pair.vip, port, ...passwords } };
}

function refusalOf(error: string): Refusal {
  if (isAtMaxclients(error)) return 'maxclients';
  return refusals.find((word) => error.startsWith(`${word} `)) ?? 'other';
}
