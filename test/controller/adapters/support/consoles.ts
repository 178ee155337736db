import { fingerprint, keyTypeOf } from '../../../../controller/adapters/host-keys/known-hosts.ts';

/** A public key as it travels on the wire: its type, then bytes that distinguish it from others. */
export function publicKey(type: string, body: string): Buffer {
  const field = (text: string) => {
    const length = Buffer.alloc(4);
    length.writeUInt32BE(text.length);
    return Buffer.concat([length, Buffer.from(text)]);
  };
  return Buffer.concat([field(type), field(body)]);
}

/** What an instance prints at its first boot: the kernel, systemd and a prompt, then cloud-init's fingerprints and keys; lines as a serial console's. */
export function cloudInit(keys: readonly Buffer[]): string {
  const stamp = '<14>Nov 26 10:00:00 cloud-init:';
  return [
    '[    0.000000] Linux version 6.1.0-26-cloud-amd64',
    '[  OK  ] Started ssh.service - OpenBSD Secure Shell server.',
    '',
    'Debian GNU/Linux 12 ip-10-80-1-11 ttyS0',
    '',
    `ip-10-80-1-11 login: ${stamp} #############################################################`,
    `${stamp} -----BEGIN SSH HOST KEY FINGERPRINTS-----`,
    ...keys.map((key) => `${stamp} 256 ${fingerprint(key)} root@ip-10-80-1-11 (${keyTypeOf(key)})`),
    `${stamp} -----END SSH HOST KEY FINGERPRINTS-----`,
    `${stamp} #############################################################`,
    '-----BEGIN SSH HOST KEY KEYS-----',
    ...keys.map((key) => `${keyTypeOf(key)} ${key.toString('base64')} root@ip-10-80-1-11`),
    '-----END SSH HOST KEY KEYS-----',
    '[   35.123456] cloud-init[612]: Cloud-init v. 22.4.2 finished',
    '',
  ].join('\r\n');
}
