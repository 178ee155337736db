import { randomUUID } from 'node:crypto';
import { createServer, type IncomingHttpHeaders, type IncomingMessage, type Server } from 'node:http';
import type { Fleet } from '../daemon/fleet.ts';
import { fateOf } from '../faults/api.ts';
import { Buckets } from '../faults/buckets.ts';
import { perform } from './api.ts';
import { Ec2Error } from './errors.ts';
import { type Parameters, parseForm } from './query.ts';
import { accessKeyOf, isSigned, type SecretOf, type SignedRequest } from './signature.ts';
import { answerXml, errorXml } from './xml.ts';

/** Calls so far, by action, and how many of them were refused for their number: what a test asks to learn what a pass costs. */
export interface Calls {
  readonly made: Map<string, number>;
  readonly refused: Map<string, number>;
}

export function noCalls(): Calls {
  return { made: new Map(), refused: new Map() };
}

export interface Ec2ServerOptions {
  readonly fleet: Fleet;
  readonly calls: Calls;
  readonly secretOf: SecretOf;
  /** Throws UnauthorizedOperation for what the owner of an access key may not do. */
  readonly permit: (accessKeyId: string, action: string) => void;
  readonly log: (line: string) => void;
}

/** The EC2 Query API over HTTP: POST form or GET query, XML answers, signed requests only. */
export function ec2Server(options: Ec2ServerOptions): Server {
  const buckets = new Buckets();
  return createServer((request, response) => {
    const requestId = randomUUID();
    answer(options, buckets, request, requestId)
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
  buckets: Buckets,
  request: IncomingMessage,
  requestId: string,
): Promise<Reply | undefined> {
  const body = await bodyOf(request);
  const url = request.url ?? '/';
  const parameters = new Map([...parseForm(url.split('?')[1] ?? ''), ...parseForm(body)]);
  const action = parameters.get('Action') ?? '';
  count(options.calls.made, action);
  const total = [...options.calls.made.values()].reduce((sum, number) => sum + number, 0);
  const fate = fateOf(options.fleet.broken, action, total);
  if (fate.down) return undefined;
  await new Promise((resolve) => setTimeout(resolve, fate.delayMs));
  const signed = { method: request.method ?? 'GET', url, headers: singleValued(request.headers), body };
  if (!isSigned(signed, options.secretOf, new Date())) throw notAuthenticated();
  if (fate.throttled || (fate.measured && !buckets.take(action, parameters, Date.now())))
    throw throttled(options, action);
  options.permit(accessKeyOf(signed) ?? '', action);
  const content = await performed(options, action, parameters, fate.lagMs);
  return fate.unanswered ? undefined : { status: 200, body: answerXml(action, requestId, content) };
}

function performed(options: Ec2ServerOptions, action: string, parameters: Parameters, lagMs: number) {
  const { fleet, log } = options;
  const failed = (error: unknown) => log(`${action} failed after it was answered: ${String(error)}`);
  return perform(fleet, action, parameters, lagMs === 0 ? fleet.ec2 : fleet.seen(lagMs), failed);
}

/** The code, the status and the words of EC2's own throttling. */
function throttled({ calls }: Ec2ServerOptions, action: string): Ec2Error {
  count(calls.refused, action);
  return new Ec2Error('RequestLimitExceeded', 'Request limit exceeded.', 503);
}

function count(counters: Map<string, number>, action: string): void {
  counters.set(action, (counters.get(action) ?? 0) + 1);
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
