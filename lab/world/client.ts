import { request } from 'node:http';
import type { LabStatus } from '../daemon/status.ts';
import type { Healing } from '../faults/heal.ts';
import { UsageError } from '../faults/order.ts';
import { WORLD } from '../paths.ts';
import { type LabRecord, worldInit } from './record.ts';

/** Asks a lab what it is; undefined when its daemon does not answer (yet). */
export async function askStatus(record: LabRecord): Promise<LabStatus | undefined> {
  try {
    return (await call(record, 'GET', '/status')) as LabStatus;
  } catch {
    return undefined;
  }
}

/** Breaks or mends what these words of `lab fault` ask for, and returns what the lab says to it; throws with its words when it fails. */
export async function askFault(record: LabRecord, words: readonly string[]): Promise<readonly string[]> {
  return (await call(record, 'POST', `/fault/${words.map(encodeURIComponent).join('/')}`)) as readonly string[];
}

/** Mends every fault in force. */
export async function askHeal(record: LabRecord): Promise<Healing> {
  return (await call(record, 'POST', '/heal', 900_000)) as Healing;
}

/** Whether a host has power, and whether it hangs by fault; throws UsageError when the lab has no such host. */
export async function askPower(record: LabRecord, host: string): Promise<{ on: boolean; frozen: boolean }> {
  return (await call(record, 'GET', `/power/${encodeURIComponent(host)}`)) as { on: boolean; frozen: boolean };
}

function call(record: LabRecord, method: string, path: string, limitMs = 120_000): Promise<unknown> {
  // The socket lies on the world's private tmpfs; /proc shows it from outside.
  const socketPath = `/proc/${worldInit(record) ?? 0}/root${WORLD.control}`;
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
    query.setTimeout(limitMs, () => query.destroy(new Error('The lab does not answer.')));
    query.end();
  });
}

function errorIn(answer: unknown): string {
  return typeof answer === 'object' && answer !== null && 'error' in answer ? String(answer.error) : 'The lab refused.';
}
