import { randomBytes } from 'node:crypto';
import { createServer, type IncomingMessage, type Server } from 'node:http';
import { hostWith } from '../ec2/find.ts';
import type { Ec2State, Instance } from '../ec2/state.ts';
import type { LabHost } from '../topology.ts';
import type { Credentials } from './credentials.ts';
import { lookUp, metadata } from './tree.ts';

interface Reply {
  readonly status: number;
  readonly body: string;
}

interface Token {
  readonly host: LabHost;
  readonly until: number;
}

/**
 * The instance metadata service. The caller is identified by the interface that owns the source address. A token is required (version 2)
 * unless the instance's metadata options make it optional.
 */
export function metadataServer(state: () => Ec2State, credentials: Credentials): Server {
  const tokens = new Map<string, Token>();
  return createServer((request, response) => {
    const caller = instanceBehind(state(), request.socket.remoteAddress ?? '');
    const reply = caller === undefined ? NOT_FOUND : answer(request, caller, state(), tokens, credentials);
    response.writeHead(reply.status, { 'content-type': 'text/plain', 'content-length': Buffer.byteLength(reply.body) });
    response.end(reply.body);
  });
}

const NOT_FOUND: Reply = { status: 404, body: 'Not Found' };

function answer(
  request: IncomingMessage,
  caller: Instance,
  state: Ec2State,
  tokens: Map<string, Token>,
  credentials: Credentials,
): Reply {
  const path = (request.url ?? '/').split('?')[0] ?? '/';
  const { host } = caller;
  if (caller.metadata.endpoint === 'disabled') return { status: 403, body: 'Forbidden' };
  if (request.method === 'PUT' && path === '/latest/api/token') return newToken(request, host, tokens);
  if (request.method !== 'GET' && request.method !== 'HEAD') return { status: 405, body: 'Method Not Allowed' };
  if (!authorized(request, caller, tokens)) return { status: 401, body: 'Unauthorized' };
  const role = caller.profile;
  const issued = role === undefined ? undefined : credentials.forHost(host, role, new Date());
  const body = lookUp(metadata(caller, state, issued), path);
  return body === undefined ? NOT_FOUND : { status: 200, body };
}

function authorized(request: IncomingMessage, caller: Instance, tokens: Map<string, Token>): boolean {
  const sent = request.headers['x-aws-ec2-metadata-token'];
  if (sent === undefined) return caller.metadata.tokens === 'optional';
  const token = tokens.get(String(sent));
  return token !== undefined && token.host.instanceId === caller.host.instanceId && token.until >= Date.now();
}

function newToken(request: IncomingMessage, caller: LabHost, tokens: Map<string, Token>): Reply {
  const seconds = Number(request.headers['x-aws-ec2-metadata-token-ttl-seconds'] ?? Number.NaN);
  if (!(seconds >= 1 && seconds <= 21600)) return { status: 400, body: 'Bad Request' };
  const token = randomBytes(40).toString('base64');
  for (const [old, { until }] of tokens) if (until < Date.now()) tokens.delete(old);
  tokens.set(token, { host: caller, until: Date.now() + seconds * 1000 });
  return { status: 200, body: token };
}

function instanceBehind(state: Ec2State, address: string): Instance | undefined {
  const owner = hostWith(state, address);
  return state.instances.find((one) => one.host.instanceId === owner?.instanceId);
}
