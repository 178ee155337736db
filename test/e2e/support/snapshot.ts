import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Lab, must } from './lab.ts';

export const hosts = ['redis-1', 'redis-2', 'redis-3', 'proxy-1', 'proxy-2'] as const;

/** Everything that a tool could change: lines by part, such as `redis-1 files`. Two snapshots of an unchanged fleet are equal. */
export type Snapshot = Readonly<Record<string, readonly string[]>>;

/** A snapshot of the running hosts, with one command each; of the tenants' Redis and Sentinel; and of the EC2 API. */
export async function snapshotOf(lab: Lab, running: readonly string[] = hosts): Promise<Snapshot> {
  const parts = await Promise.all([...running.map((host) => hostSnapshot(lab, host)), ec2Snapshot(lab)]);
  return Object.fromEntries(parts.flat());
}

type Part = readonly [name: string, lines: readonly string[]];

/** The differences, one line each: `redis-1 files: + …`. */
export function differences(before: Snapshot, after: Snapshot): readonly string[] {
  const names = [...new Set([...Object.keys(before), ...Object.keys(after)])];
  return names.flatMap((name) => {
    const [old, now] = [new Set(before[name]), new Set(after[name])];
    return [
      ...[...old].filter((line) => !now.has(line)).map((line) => `${name}: - ${line}`),
      ...[...now].filter((line) => !old.has(line)).map((line) => `${name}: + ${line}`),
    ];
  });
}

async function hostSnapshot(lab: Lab, host: string): Promise<readonly Part[]> {
  const passwords = Object.entries(lab.passwords).map(([tenant, password]) => `${tenant} ${password}\n`);
  const { out } = await must(lab.host(host, script, passwords.join('')));
  const parts = out.split(/^=== (.*)\n/m).slice(1);
  return parts.flatMap((name, index) => {
    if (index % 2) return [];
    const lines = (parts[index + 1] ?? '').split('\n').filter(Boolean);
    return [[`${host} ${name}`, lines.sort()] as const];
  });
}

async function ec2Snapshot(lab: Lab): Promise<readonly Part[]> {
  const { out } = await must(lab.run([process.execPath, 'test/e2e/support/describe.mjs']));
  const { ec2Calls } = await lab.status();
  const changing = Object.entries(ec2Calls).filter(([action]) => !action.startsWith('Describe'));
  return [
    ['EC2 state', out.split('\n').filter(Boolean)],
    ['EC2 calls that change', changing.map(([action, count]) => `${action} ${count}`)],
  ];
}

/** What is included, and what is left out and why, is described in the script. */
const script = readFileSync(join(import.meta.dirname, 'snapshot.sh'), 'utf8');
