import type { RespEndpoint } from '../../reconcilers/questions/sense.ts';
import { MediumError } from '../ports.ts';

/** What went wrong on the way, in words for a person. The cause is not attached: ioredis hangs the command and its arguments on its errors. */
export function explainResp(error: unknown, endpoint: RespEndpoint): MediumError {
  if (error instanceof MediumError) return error;
  const message = error instanceof Error ? error.message : String(error);
  if (message.includes('Command timed out')) {
    return aboutMember(
      endpoint,
      'timeout',
      'took the connection but did not answer in time: it hangs (stopped, swapping, or busy with one long command)',
    );
  }
  if (/closed|ended|writeable|aborted/i.test(message)) {
    return aboutMember(
      endpoint,
      'unreachable',
      'the connection was lost before the replies were complete; what was sent may have been carried out',
    );
  }
  if (error instanceof Error && error.name === 'ParserError')
    return aboutMember(endpoint, 'protocol', 'what answers there does not speak RESP');
  return aboutMember(endpoint, 'protocol', message);
}

/** An error about one member's Redis or Sentinel. */
export function aboutMember(
  endpoint: RespEndpoint,
  kind: MediumError['kind'],
  what: string,
  cause?: Error,
): MediumError {
  const where = `tenant ${endpoint.tenant}, member ${endpoint.member} (${endpoint.address}:${endpoint.port})`;
  return new MediumError(kind, `${where}: ${what}`, cause === undefined ? undefined : { cause });
}
