import { createHash } from 'node:crypto';
import { Ec2Error } from './errors.ts';
import { find } from './find.ts';
import { typeOf } from './instance-types.ts';
import type { Answer } from './listing.ts';
import { flag, type Parameters, required } from './query.ts';
import type { Ec2State, Instance } from './state.ts';

/**
 * GetConsoleOutput: the output of the first boot, in base64; empty until that boot is over, as on EC2. `Latest` works for Nitro types only,
 * as on EC2; here it returns the same output.
 */
export function getConsoleOutput(state: Ec2State, parameters: Parameters): Answer {
  const row = find.instance(state, required(parameters, 'InstanceId'));
  if (flag(parameters, 'Latest') && typeOf(row.type)?.hypervisor !== 'nitro')
    throw new Ec2Error(
      'UnsupportedOperation',
      'This instance type does not support retrieving the latest console logs',
    );
  return {
    instanceId: row.host.instanceId,
    timestamp: (row.booted ?? row.launched).toISOString(),
    output: row.booted === undefined ? '' : Buffer.from(consoleText(row, row.booted)).toString('base64'),
  };
}

/**
 * The end of the console output of cloud-init: the fingerprints of the host's SSH keys, in the format of its module
 * ssh_authkey_fingerprints and its script write-ssh-key-fingerprints, and the keys. Lines end as on a serial console.
 */
function consoleText({ host, hostKey }: Instance, booted: Date): string {
  const [type = '', key = ''] = (hostKey ?? '').split(' ');
  const name = `root@${host.name}`;
  const digest = createHash('sha256').update(Buffer.from(key, 'base64')).digest('base64').replace(/=+$/, '');
  const stamp = `<14>${booted.toUTCString().slice(8, 11)} ${booted.toUTCString().slice(5, 7)} ${booted.toISOString().slice(11, 19)} cloud-init:`;
  return [
    `Debian GNU/Linux 12 ${host.name} ttyS0`,
    '',
    `${host.name} login: ${stamp} #############################################################`,
    `${stamp} -----BEGIN SSH HOST KEY FINGERPRINTS-----`,
    `${stamp} 256 SHA256:${digest} ${name} (ED25519)`,
    `${stamp} -----END SSH HOST KEY FINGERPRINTS-----`,
    `${stamp} #############################################################`,
    '-----BEGIN SSH HOST KEY KEYS-----',
    `${type} ${key} ${name}`,
    '-----END SSH HOST KEY KEYS-----',
    '',
  ].join('\r\n');
}
