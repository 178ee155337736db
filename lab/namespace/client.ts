import { request } from 'node:http';
import type { LabStatus } from '../daemon/status.ts';
import type { HealResult } from '../faults/heal.ts';
import { UsageError } from '../faults/request.ts';
import { NAMESPACE } from '../paths.ts';
import { type LabRecord, namespaceInit } from './record.ts';

/** Asks a lab for its status; undefined if its daemon does not answer (yet). */
export async function askStatus(record: LabRecord): Promise<LabStatus | undefined> {
  try {
    return (await call(record, 'GET', '/status')) as LabStatus;
  } catch {
    return undefined;
  }
}

/** Injects or reverts a fault, given the words of `lab fault`, and returns the lab's notes; throws the lab's error if it fails. */
export async function askFault(record: LabRecord, words: readonly string[]): Promise<readonly string[]> {
  return (await call(record, 'POST', `/fault/${words.map(encodeURIComponent).join('/')}`)) as readonly string[];
}

/** Reverts every fault in force. */
export async function askHeal(record: LabRecord): Promise<HealResult> {
  return (await call(record, 'POST', '/heal', 900_000)) as HealResult;
}

/** Whether a host has power, and whether a fault froze it; throws UsageError if the lab has no such host. */
export async function askPower(record: LabRecord, host: string): Promise<{ on: boolean; frozen: boolean }> {
  return (await call(record, 'GET', `/power/${encodeURIComponent(host)}`)) as { on: boolean; frozen: boolean };
}

function call(record: LabRecord, method: string, path: string, limitMs = 120_000): Promise<unknown> {
  // The socket is on the namespace's private tmpfs; it can be reached through /proc.
  const socketPath = `/proc/${namespaceInit(record) ?? 0}/root${NAMESPACE.control}`;
  return new Promise((resolve, reject) => {
    const query = request({ socketPath, method, path }, (response) => {
      const chunks: Buffer[] = [];
      response.on('data', (chunk: Buffer) => chunks.push(chunk));
      response.once('end', () => {
        const answer: unknown = JSON.parse(Buffer.concat(chunks).toString());
        if (response.statusCode === 200) resolve(answer);
        else reject(response.statusCode === 400 ? new UsageError(errorIn(answer)) : new Error(errorIn(answer)));
      });
    });
    query.once('error', reject);
    query.setTimeout(limitMs, () => query.destroy(new Error('the lab does not answer')));
    query.end();
  });
}

function errorIn(answer: unknown): string {
  return typeof answer === 'object' && answer !== null && 'error' in answer
    ? String(answer.error)
    : 'the lab refused the request';
}
