import { randomUUID } from 'node:crypto';
import { createServer, type IncomingHttpHeaders, type IncomingMessage, type Server } from 'node:http';
import { outcomeOf, refusalOf, timeFor } from '../faults/api.ts';
import { Buckets } from '../faults/buckets.ts';
import type { LabHost } from '../topology.ts';
import { perform } from './api.ts';
import type { Ec2Backend } from './backend.ts';
import { Ec2Error } from './errors.ts';
import { hostWith } from './find.ts';
import { type Parameters, parseForm } from './query.ts';
import { proxyPage, refusedWith } from './refusals.ts';
import { asQuotaError, performOnQuotas, quotaAction, quotaErrorJson } from './service-quotas.ts';
import { accessKeyOf, isSigned, type SecretOf, type SignedRequest } from './signature.ts';
import { answerXml, errorXml } from './xml.ts';

/** Calls so far by action, and how many of them were throttled. Tests read it to learn what a pass costs. */
export interface Calls {
  readonly made: Map<string, number>;
  /** Those of the hosts of the lab, which are not in `made`. */
  readonly byHosts: Map<string, number>;
  readonly refused: Map<string, number>;
}

export function noCalls(): Calls {
  return { made: new Map(), byHosts: new Map(), refused: new Map() };
}

export interface Ec2ServerOptions {
  readonly backend: Ec2Backend;
  readonly calls: Calls;
  readonly secretOf: SecretOf;
  /** Throws UnauthorizedOperation for what the owner of an access key may not do. */
  readonly permit: (accessKeyId: string, action: string) => void;
  readonly log: (line: string) => void;
}

/**
 * The EC2 Query API over HTTP: POST form or GET query, XML answers, signed requests only. A request with X-Amz-Target is one of Service
 * Quotas, in JSON.
 */
export function ec2Server(options: Ec2ServerOptions): Server {
  const buckets = new Buckets();
  return createServer((request, response) => {
    const requestId = randomUUID();
    answer(options, buckets, request, requestId)
      .catch((error: unknown) => failure(options, request, error, requestId))
      .then((reply) => {
        // The caller cannot tell whether its request was carried out.
        if (reply === undefined) {
          response.destroy();
          return;
        }
        const { status, body, type = 'text/xml;charset=UTF-8' } = reply;
        const date = timeFor(options.backend.activeFaults, callerOf(options, request), new Date()).toUTCString();
        response.writeHead(status, { 'content-type': type, 'x-amzn-requestid': requestId, date });
        response.end(body);
      });
  });
}

interface Reply {
  readonly status: number;
  readonly body: string;
  readonly type?: string;
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
  const ofQuotas = quotaActionOf(request);
  const action = ofQuotas ?? parameters.get('Action') ?? '';
  const { made, byHosts } = options.calls;
  const caller = callerOf(options, request);
  count(caller ? byHosts : made, action);
  const total = [...made.values(), ...byHosts.values()].reduce((sum, number) => sum + number, 0);
  const outcome = outcomeOf(options.backend.activeFaults, action, total);
  if (outcome.down) return undefined;
  await new Promise((resolve) => setTimeout(resolve, outcome.delayMs));
  const signed = { method: request.method ?? 'GET', url, headers: singleValued(request.headers), body };
  const now = timeFor(options.backend.activeFaults, caller, new Date());
  const service = ofQuotas === undefined ? 'ec2' : 'servicequotas';
  if (!isSigned(signed, options.secretOf, now, service)) throw notAuthenticated();
  if (outcome.throttled || (outcome.metered && !buckets.take(action, parameters, Date.now())))
    throw throttled(options, action);
  options.permit(accessKeyOf(signed) ?? '', action);
  const refusal = refusalOf(options.backend.activeFaults, action);
  if (refusal !== undefined && /^\d+$/.test(refusal))
    return { status: Number(refusal), body: proxyPage(Number(refusal)), type: 'text/html' };
  if (refusal !== undefined) throw refusedWith(refusal, action, parameters);
  if (ofQuotas !== undefined)
    return json(200, JSON.stringify(performOnQuotas(options.backend.activeFaults, action, body)));
  const content = await performed(options, action, parameters, outcome.lagMs);
  return outcome.unanswered ? undefined : { status: 200, body: answerXml(action, requestId, content) };
}

/** The action of a request to Service Quotas; undefined for one to EC2. */
function quotaActionOf({ headers }: IncomingMessage): string | undefined {
  const target = headers['x-amz-target'];
  return typeof target === 'string' ? quotaAction(target) : undefined;
}

function json(status: number, body: string): Reply {
  return { status, body, type: 'application/x-amz-json-1.1' };
}

function callerOf({ backend }: Ec2ServerOptions, { socket }: IncomingMessage): LabHost | undefined {
  return hostWith(backend.ec2, socket.remoteAddress ?? '');
}

function performed(options: Ec2ServerOptions, action: string, parameters: Parameters, lagMs: number) {
  const { backend, log } = options;
  const failed = (error: unknown) => log(`${action} failed after it was answered: ${String(error)}`);
  return perform(backend, action, parameters, lagMs === 0 ? backend.ec2 : backend.stateAt(lagMs), failed);
}

/** Code, status and message of EC2's own throttling. */
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

/** EC2 gives the same answer for unknown keys, wrong signatures, wrong regions and wrong clocks. */
function notAuthenticated(): Ec2Error {
  return new Ec2Error('AuthFailure', 'AWS was not able to validate the provided access credentials', 401);
}

function failure(options: Ec2ServerOptions, request: IncomingMessage, error: unknown, requestId: string): Reply {
  if (error instanceof Ec2Error && quotaActionOf(request) !== undefined) {
    const said = asQuotaError(error);
    return json(said.status, quotaErrorJson(said));
  }
  if (error instanceof Ec2Error) return { status: error.status, body: errorXml(error.code, error.message, requestId) };
  options.log(`EC2 API: ${String(error)}`);
  return {
    status: 500,
    body: errorXml('InternalError', 'An internal error has occurred; see the log of the lab.', requestId),
  };
}
