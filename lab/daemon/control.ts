import { createServer, type IncomingMessage, type Server } from 'node:http';
import { heal } from '../faults/heal.ts';
import { inflict } from '../faults/inflict.ts';
import { hostNamed, readOrder, UsageError } from '../faults/order.ts';
import type { Fleet } from './fleet.ts';
import type { LabStatus } from './status.ts';

interface Reply {
  readonly status: number;
  readonly body: unknown;
}

/** The lab's own switchboard, for its command line only: GET /status, GET /power/HOST, POST /fault/WORD/WORD/…, POST /heal. On a Unix socket inside the world. */
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
  const [, room, ...words] = (request.url ?? '').split('/').map(decodeURIComponent);
  if (room === 'status') return { status: 200, body: await status() };
  if (room === 'power') return power(fleet, words[0] ?? '');
  if (room === 'fault' && request.method === 'POST')
    return { status: 200, body: await inflict(fleet, readOrder(words, fleet.hosts)) };
  if (room === 'heal' && request.method === 'POST') return { status: 200, body: await heal(fleet) };
  return { status: 404, body: { error: `Nothing at ${request.url}` } };
}

function power(fleet: Fleet, name: string): Reply {
  const host = hostNamed(name, fleet.hosts);
  if (host === undefined) return { status: 404, body: { error: 'Which host?' } };
  return { status: 200, body: { on: fleet.machine(host).on, frozen: fleet.isFrozen(host) } };
}
