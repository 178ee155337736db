import type { RespTarget } from '../../../reconcilers/facts/fact.ts';
import { NotForwarded, TransportError } from '../../transport/errors.ts';

/** A failed exchange as a message for operators. The cause is not attached: ioredis hangs the command and its arguments on its errors. */
export function explainResp(error: unknown, endpoint: RespTarget): TransportError {
  if (error instanceof TransportError) return error;
  const message = error instanceof Error ? error.message : String(error);
  if (message.includes('Command timed out')) {
    return aboutEndpoint(
      endpoint,
      'no-reply',
      'took the connection but did not answer in time: it hangs (stopped, swapping, or busy with one long command)',
    );
  }
  if (/closed|ended|writeable|aborted/i.test(message)) {
    return aboutEndpoint(
      endpoint,
      'lost',
      'the connection was lost before the replies were complete; what was sent may have been carried out',
    );
  }
  if (error instanceof Error && error.name === 'ParserError')
    return aboutEndpoint(endpoint, 'protocol', 'what answers there does not speak RESP');
  return aboutEndpoint(endpoint, 'protocol', message);
}

/** An error about one member's Redis or Sentinel, or about a tenant's virtual address. */
export function aboutEndpoint(
  endpoint: RespTarget,
  kind: TransportError['kind'],
  what: string,
  cause?: Error,
): TransportError {
  return new TransportError(kind, whereOf(endpoint, what), cause === undefined ? undefined : { cause });
}

/** No host gave a connection to it, and these refuse to forward one. */
export function notForwarded(
  endpoint: RespTarget,
  hosts: readonly string[],
  kind: TransportError['kind'],
  what: string,
): NotForwarded {
  return new NotForwarded(hosts, kind, whereOf(endpoint, what));
}

function whereOf(endpoint: RespTarget, what: string): string {
  const member = endpoint.member === undefined ? '' : `, member ${endpoint.member}`;
  return `tenant ${endpoint.tenant}${member} (${endpoint.address}:${endpoint.port}): ${what}`;
}
