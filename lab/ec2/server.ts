import { randomUUID } from 'node:crypto';
import { createServer, type IncomingHttpHeaders, type IncomingMessage, type Server } from 'node:http';
import type { Fleet } from '../daemon/fleet.ts';
import { fateOf } from '../faults/api.ts';
import { perform } from './api.ts';
import { Ec2Error } from './errors.ts';
import { parseForm } from './query.ts';
import { isSigned, type SecretOf, type SignedRequest } from './signature.ts';
import { answerXml, errorXml } from './xml.ts';

/** Calls so far, by action: what a test asks to learn what a pass costs. */
export type Calls = Map<string, number>;

export interface Ec2ServerOptions {
  readonly fleet: Fleet;
  readonly calls: Calls;
  readonly secretOf: SecretOf;
  readonly log: (line: string) => void;
}

/** The EC2 Query API over HTTP: POST form or GET query, XML answers, signed requests only. */
export function ec2Server(options: Ec2ServerOptions): Server {
  return createServer((request, response) => {
    const requestId = randomUUID();
    answer(options, request, requestId)
      .catch((error: unknown) => failure(options, error, requestId))
      .then((reply) => {
        // The caller cannot tell whether its order was carried out.
        if (reply === undefined) {
          response.destroy();
          return;
        }
        const { status, body } = reply;
        response.writeHead(status, { 'content-type': 'text/xml;charset=UTF-8', 'x-amzn-requestid': requestId });
        response.end(body);
      });
  });
}

interface Reply {
  readonly status: number;
  readonly body: string;
}

async function answer(
  options: Ec2ServerOptions,
  request: IncomingMessage,
  requestId: string,
): Promise<Reply | undefined> {
  const body = await bodyOf(request);
  const url = request.url ?? '/';
  const parameters = new Map([...parseForm(url.split('?')[1] ?? ''), ...parseForm(body)]);
  const action = parameters.get('Action') ?? '';
  options.calls.set(action, (options.calls.get(action) ?? 0) + 1);
  const total = [...options.calls.values()].reduce((sum, count) => sum + count, 0);
  const fate = fateOf(options.fleet.broken, action, total);
  if (fate.down) return undefined;
  await new Promise((resolve) => setTimeout(resolve, fate.delayMs));
  const signed = { method: request.method ?? 'GET', url, headers: singleValued(request.headers), body };
  if (!isSigned(signed, options.secretOf, new Date())) throw notAuthenticated();
  // The code, the status and the words of EC2's own throttling.
  if (fate.throttled) throw new Ec2Error('RequestLimitExceeded', 'Request limit exceeded.', 503);
  const failed = (error: unknown) => options.log(`${action} failed after it was answered: ${String(error)}`);
  const content = await perform(options.fleet, action, parameters, failed);
  return fate.unanswered ? undefined : { status: 200, body: answerXml(action, requestId, content) };
}

async function bodyOf(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(Buffer.from(chunk));
  return Buffer.concat(chunks).toString();
}

function singleValued(headers: IncomingHttpHeaders): SignedRequest['headers'] {
  return Object.fromEntries(
    Object.entries(headers).map(([name, value]) => [name, Array.isArray(value) ? value.join(',') : value]),
  );
}

/** EC2 has one answer to unknown keys, wrong signatures, wrong regions and clocks that are off. */
function notAuthenticated(): Ec2Error {
  return new Ec2Error('AuthFailure', 'AWS was not able to validate the provided access credentials', 401);
}

function failure(options: Ec2ServerOptions, error: unknown, requestId: string): Reply {
  if (error instanceof Ec2Error) return { status: error.status, body: errorXml(error.code, error.message, requestId) };
  options.log(`EC2 API: ${String(error)}`);
  return {
    status: 500,
    body: errorXml('InternalError', 'An internal error has occurred; see the log of the lab.', requestId),
  };
}
