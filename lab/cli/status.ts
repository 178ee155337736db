import type { LabStatus } from '../daemon/status.ts';
import { askStatus } from '../namespace/client.ts';
import { isAlive, readRecord } from '../namespace/record.ts';
import { NAMESPACE } from '../paths.ts';

/** Exit code of `lab status` if the lab is not up, as for systemctl status. */
const notUp = 3;

/** `lab status`: hosts, addresses and states. Exit code 0 if the lab is up, 3 if not. */
export async function status(name: string, json: boolean, write: (text: string) => void): Promise<number> {
  const record = readRecord(name);
  const answer = record !== undefined && isAlive(record) ? await askStatus(record) : undefined;
  if (json) write(`${JSON.stringify({ name, up: answer?.ready === true, ...answer }, undefined, 2)}\n`);
  else if (answer === undefined)
    write(`lab ${name} is not up${record === undefined ? '' : ' (its processes are dead)'}\n`);
  else write(table(name, answer));
  return answer?.ready === true ? 0 : notUp;
}

function table(name: string, status: LabStatus): string {
  const head = ['HOST', 'ADDRESSES', 'ZONE', 'INSTANCE', 'STATE', 'SSH'];
  const rows = status.hosts.map((host) => [
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
    `lab ${name}: ${status.ready ? 'up' : (status.failure ?? 'booting')}\n\n`,
    ...[head, ...rows].map(line),
    ...status.faults.map((fault, index) => `${index === 0 ? '\nfaults in force: ' : ', '}${fault}`),
    `${status.faults.length > 0 ? '\n' : ''}\nEC2 API ${status.ec2.endpoint} (region ${status.ec2.region}); in lab run: key ${NAMESPACE.key}, known hosts ${NAMESPACE.knownHosts}\n`,
  ].join('');
}
