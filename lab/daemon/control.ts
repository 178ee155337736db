import { createServer, type IncomingMessage, type Server } from 'node:http';
import { heal } from '../faults/heal.ts';
import { inject } from '../faults/inject.ts';
import { hostNamed, readRequest, UsageError } from '../faults/request.ts';
import type { Fleet } from './fleet.ts';
import type { LabStatus } from './status.ts';

interface Reply {
  readonly status: number;
  readonly body: unknown;
}

/** The control API for the `lab` command: GET /status, GET /power/HOST, POST /fault/WORD/WORD/…, POST /heal. On a Unix socket inside the namespace. */
export function controlServer(fleet: Fleet, status: () => Promise<LabStatus>): Server {
  return createServer((request, response) => {
    answer(request, fleet, status)
      .catch(
        (error: unknown): Reply => ({
          status: error instanceof UsageError ? 400 : 500,
          body: { error: error instanceof Error ? error.message : String(error) },
        }),
      )
      .then((reply) => {
        response.writeHead(reply.status, { 'content-type': 'application/json' });
        response.end(JSON.stringify(reply.body));
      });
  });
}

async function answer(request: IncomingMessage, fleet: Fleet, status: () => Promise<LabStatus>): Promise<Reply> {
  const [, resource, ...words] = (request.url ?? '').split('/').map(decodeURIComponent);
  if (resource === 'status') return { status: 200, body: await status() };
  if (resource === 'power') return power(fleet, words[0] ?? '');
  if (resource === 'fault' && request.method === 'POST')
    return { status: 200, body: await inject(fleet, readRequest(words, fleet.hosts)) };
  if (resource === 'heal' && request.method === 'POST') return { status: 200, body: await heal(fleet) };
  return { status: 404, body: { error: `not found: ${request.url}` } };
}

function power(fleet: Fleet, name: string): Reply {
  const host = hostNamed(name, fleet.hosts);
  if (host === undefined) return { status: 404, body: { error: 'a host name is required' } };
  return { status: 200, body: { on: fleet.machine(host).on, frozen: fleet.isFrozen(host) } };
}
