import type { LabStatus } from '../daemon/status.ts';
import { WORLD } from '../paths.ts';
import { askStatus } from '../world/client.ts';
import { isAlive, readRecord } from '../world/record.ts';

/** Exit code of `lab status` when there is no lab to show, as of systemctl status. */
const NOT_UP = 3;

/** `lab status`: hosts, addresses, what runs. Exit code 0 when the lab is up, 3 when not. */
export async function status(name: string, json: boolean, write: (text: string) => void): Promise<number> {
  const record = readRecord(name);
  const seen = record !== undefined && isAlive(record) ? await askStatus(record) : undefined;
  if (json) write(`${JSON.stringify({ name, up: seen?.ready === true, ...seen }, undefined, 2)}\n`);
  else if (seen === undefined)
    write(`lab ${name} is not up${record === undefined ? '' : ' (its processes are dead)'}\n`);
  else write(table(name, seen));
  return seen?.ready === true ? 0 : NOT_UP;
}

function table(name: string, seen: LabStatus): string {
  const head = ['HOST', 'ADDRESSES', 'ZONE', 'INSTANCE', 'STATE', 'SSH'];
  const rows = seen.hosts.map((host) => [
    host.name,
    host.addresses.join(','),
    host.zone,
    host.instanceId,
    host.state,
    host.ssh ?? '-',
  ]);
  const widths = head.map((title, column) => Math.max(title.length, ...rows.map((row) => row[column]?.length ?? 0)));
  const line = (cells: readonly string[]) =>
    `${cells
      .map((cell, column) => cell.padEnd(widths[column] ?? 0))
      .join('  ')
      .trimEnd()}\n`;
  return [
    `lab ${name}: ${seen.ready ? 'up' : (seen.failure ?? 'booting')}\n\n`,
    ...[head, ...rows].map(line),
    ...seen.faults.map((fault, index) => `${index === 0 ? '\nbroken by fault: ' : ', '}${fault}`),
    `${seen.faults.length > 0 ? '\n' : ''}\nEC2 API ${seen.ec2.endpoint} (region ${seen.ec2.region}); within lab run: key ${WORLD.key}, known hosts ${WORLD.knownHosts}\n`,
  ].join('');
}
