import type { Stats } from '../events/stats.ts';
import { count } from './outcome-text.ts';

/** `Observed 5 hosts in 0.6 s: 5 SSH connections, 5 commands, 12 forwarded channels, 2 EC2 calls.` */
export function statsText({ sshConnections, sshCommands, channels, ec2Calls, milliseconds }: Stats): string {
  const sum = (counts: Readonly<Record<string, number>>) => Object.values(counts).reduce((a, b) => a + b, 0);
  const hosts = count(Object.keys(sshConnections).length, 'host');
  const parts = [
    count(sum(sshConnections), 'SSH connection'),
    count(sum(sshCommands), 'command'),
    count(channels, 'forwarded channel'),
    count(sum(ec2Calls), 'EC2 call'),
  ];
  return `Observed ${hosts} in ${(milliseconds / 1000).toFixed(1)} s: ${parts.join(', ')}.\n`;
}
