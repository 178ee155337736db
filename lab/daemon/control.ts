import { createServer, type IncomingMessage, type Server } from 'node:http';
import { hostNamed } from '../topology.ts';
import { FAULTS } from './faults.ts';
import type { Fleet } from './fleet.ts';
import type { LabStatus } from './status.ts';

interface Reply {
  readonly status: number;
  readonly body: unknown;
}

/** The lab's own switchboard, for its command line only: GET /status, GET /power/HOST, POST /fault/NAME/HOST[/PEER]. On a Unix socket inside the world. */
export function controlServer(fleet: Fleet, status: () => Promise<LabStatus>): Server {
  return createServer((request, response) => {
    answer(request, fleet, status)
      .catch(
        (error: unknown): Reply => ({
          status: 500,
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
  const [, room, first = '', second = '', third = ''] = (request.url ?? '').split('/');
  if (room === 'status') return { status: 200, body: await status() };
  if (room === 'power') return power(fleet, first);
  if (room === 'fault' && request.method === 'POST') return fault(fleet, first, second, third);
  return { status: 404, body: { error: `Nothing at ${request.url}` } };
}

function power(fleet: Fleet, name: string): Reply {
  const host = hostNamed(name);
  if (host === undefined) return { status: 404, body: { error: `No host ${name}` } };
  return { status: 200, body: fleet.machine(host).on };
}

async function fault(fleet: Fleet, name: string, hostName: string, peerName: string): Promise<Reply> {
  const known = Object.hasOwn(FAULTS, name) ? FAULTS[name] : undefined;
  const host = hostNamed(hostName);
  const peer = known?.pair === true ? hostNamed(peerName) : host;
  if (known === undefined || host === undefined || peer === undefined)
    return { status: 404, body: { error: `No fault ${name} for ${hostName} ${peerName}` } };
  await known.inflict(fleet, host, peer);
  return { status: 200, body: {} };
}
