import { randomBytes } from 'node:crypto';
import { createServer, type IncomingMessage, type Server } from 'node:http';
import type { Ec2State } from '../ec2/state.ts';
import { HOSTS, type LabHost } from '../topology.ts';
import type { Credentials } from './credentials.ts';
import { look, metadata } from './tree.ts';

interface Reply {
  readonly status: number;
  readonly body: string;
}

interface Token {
  readonly host: LabHost;
  readonly until: number;
}

/** The instance metadata service, version 2 only: who asks is known by the interface that owns the source address. */
export function metadataServer(state: () => Ec2State, credentials: Credentials): Server {
  const tokens = new Map<string, Token>();
  return createServer((request, response) => {
    const asker = hostBehind(state(), request.socket.remoteAddress ?? '');
    const reply = asker === undefined ? NOT_FOUND : answer(request, asker, state(), tokens, credentials);
    response.writeHead(reply.status, { 'content-type': 'text/plain', 'content-length': Buffer.byteLength(reply.body) });
    response.end(reply.body);
  });
}

const NOT_FOUND: Reply = { status: 404, body: 'Not Found' };

function answer(
  request: IncomingMessage,
  asker: LabHost,
  state: Ec2State,
  tokens: Map<string, Token>,
  credentials: Credentials,
): Reply {
  const path = (request.url ?? '/').split('?')[0] ?? '/';
  if (request.method === 'PUT' && path === '/latest/api/token') return newToken(request, asker, tokens);
  if (request.method !== 'GET' && request.method !== 'HEAD') return { status: 405, body: 'Method Not Allowed' };
  const token = tokens.get(String(request.headers['x-aws-ec2-metadata-token'] ?? ''));
  if (token === undefined || token.host !== asker || token.until < Date.now())
    return { status: 401, body: 'Unauthorized' };
  const body = look(metadata(asker, state, credentials.forHost(asker, new Date())), path);
  return body === undefined ? NOT_FOUND : { status: 200, body };
}

function newToken(request: IncomingMessage, asker: LabHost, tokens: Map<string, Token>): Reply {
  const seconds = Number(request.headers['x-aws-ec2-metadata-token-ttl-seconds'] ?? Number.NaN);
  if (!(seconds >= 1 && seconds <= 21600)) return { status: 400, body: 'Bad Request' };
  const token = randomBytes(40).toString('base64');
  for (const [old, { until }] of tokens) if (until < Date.now()) tokens.delete(old);
  tokens.set(token, { host: asker, until: Date.now() + seconds * 1000 });
  return { status: 200, body: token };
}

function hostBehind(state: Ec2State, address: string): LabHost | undefined {
  const plain = address.replace(/^::ffff:/, '');
  const owner = state.interfaces.find((one) => one.addresses.includes(plain));
  return HOSTS.find((host) => host === owner?.host);
}
