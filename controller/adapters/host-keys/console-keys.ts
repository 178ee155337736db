import { keyTypeOf } from './known-hosts.ts';

const begin = '-----BEGIN SSH HOST KEY KEYS-----';
const end = '-----END SSH HOST KEY KEYS-----';

/**
 * The SSH host keys that cloud-init printed on a console, as they travel on the wire; none where no block of them is whole. Source: its
 * module keys_to_console and its script write-ssh-key-fingerprints. The last whole block counts. What else was printed between its lines is
 * left out, and so is a key that is not whole: a kernel's message may stand in the middle of it. A marker counts only when it stands alone,
 * so that a log's line which quotes one is none.
 */
export function keysOnConsole(text: string): readonly Buffer[] {
  let block: string[] | undefined;
  let last: readonly string[] = [];
  for (const line of text.split('\n').map((one) => one.trimEnd())) {
    if (line === begin) block = [];
    else if (line === end) {
      last = block ?? last;
      block = undefined;
    } else block?.push(line);
  }
  return last.flatMap(keyOn);
}

/** What ssh2 verifies, and sshd has today. */
const types = /^(ssh-ed25519|ecdsa-sha2-nistp(256|384|521)|ssh-rsa)$/;

function keyOn(line: string): readonly Buffer[] {
  const [type = '', base64 = ''] = line.split(' ');
  const key = Buffer.from(base64, 'base64');
  const isExact = key.toString('base64') === base64;
  return types.test(type) && isExact && keyTypeOf(key) === type && isWhole(key) ? [key] : [];
}

/** A public key is a row of fields, each after its length in four bytes (RFC 4251, section 5; RFC 4253, section 6.6). */
function isWhole(key: Buffer): boolean {
  let at = 0;
  while (at + 4 <= key.length) at += 4 + key.readUInt32BE(at);
  return at === key.length;
}
