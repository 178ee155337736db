import { createHash, createHmac } from 'node:crypto';

/** One usable line of a known_hosts file, in the format of sshd(8), "SSH_KNOWN_HOSTS FILE FORMAT". */
export interface KnownHost {
  /** Counts from 1. */
  readonly line: number;
  readonly marker: 'none' | 'revoked' | 'cert-authority';
  readonly hosts: string;
  readonly keyType: string;
  /** The public key as it travels on the wire. */
  readonly key: Buffer;
  /** What follows the key. */
  readonly comment: string;
}

/** How a known_hosts file answers for a key that a host offered. */
export type KeyCheck =
  | { readonly is: 'known' }
  | { readonly is: 'unknown'; readonly authorityLine: number | undefined }
  | { readonly is: 'changed'; readonly known: KnownHost }
  | { readonly is: 'revoked'; readonly by: KnownHost };

/** Reads a known_hosts file. Comments, empty lines and malformed lines are left out, as OpenSSH does. */
export function parseKnownHosts(text: string): readonly KnownHost[] {
  return text.split(/\r?\n/).flatMap((line, index) => {
    const fields = line.trim().split(/[ \t]+/);
    const first = fields[0] ?? '';
    if (first === '' || first.startsWith('#')) return [];
    const marker = markers[first];
    if (marker === undefined && first.startsWith('@')) return [];
    const [hosts, keyType, base64, ...comment] = marker === undefined ? fields : fields.slice(1);
    if (hosts === undefined || keyType === undefined || base64 === undefined) return [];
    const key = Buffer.from(base64, 'base64');
    if (keyTypeOf(key) !== keyType) return [];
    return [{ line: index + 1, marker: marker ?? 'none', hosts, keyType, key, comment: comment.join(' ') }];
  });
}

/**
 * Checks an offered key. As OpenSSH does: any key on file for the host that equals the offered one makes it known, and when
 * there are keys on file but none is equal, the host changed, whatever their types.
 */
export function verifyHostKey(known: readonly KnownHost[], address: string, port: number, offered: Buffer): KeyCheck {
  const ours = knownFor(known, address, port);
  const equal = ours.filter((entry) => entry.key.equals(offered));
  const revoked = equal.find((entry) => entry.marker === 'revoked');
  if (revoked !== undefined) return { is: 'revoked', by: revoked };
  if (equal.some((entry) => entry.marker === 'none')) return { is: 'known' };
  const other = ours.find((entry) => entry.marker === 'none');
  if (other !== undefined) return { is: 'changed', known: other };
  return { is: 'unknown', authorityLine: ours.find((entry) => entry.marker === 'cert-authority')?.line };
}

/**
 * Host key algorithms in the order to offer them: first those of which a key is on file, as OpenSSH does. A server with several
 * keys would otherwise answer with another than the known one, and seem changed.
 */
export function preferredAlgorithms(known: readonly KnownHost[], address: string, port: number): string[] {
  const types = new Set(
    knownFor(known, address, port)
      .filter((entry) => entry.marker === 'none')
      .map((entry) => entry.keyType),
  );
  const isKnown = (algorithm: string) => types.has(algorithm.startsWith('rsa-sha2-') ? 'ssh-rsa' : algorithm);
  return [...algorithms.filter(isKnown), ...algorithms.filter((algorithm) => !isKnown(algorithm))];
}

/** The name under which a host stands in known_hosts: the address, with the port when it is not 22. */
export function hostToken(address: string, port: number): string {
  return port === 22 ? address.toLowerCase() : `[${address.toLowerCase()}]:${port}`;
}

/**
 * The name under which the keys of a host are looked up: its private address, which stays over a stop and start; or, if none is on file for that,
 * its public address, under which an operator may have added it.
 */
export function keyName(known: readonly KnownHost[], target: Named, port: number): string {
  const { address, publicAddress } = target;
  const isPublic = publicAddress !== undefined && isKnown(known, publicAddress, port) && !isKnown(known, address, port);
  return isPublic ? publicAddress : address;
}

interface Named {
  readonly address: string;
  readonly publicAddress?: string;
}

/** The fingerprint as ssh-keygen -l prints it. */
export function fingerprint(key: Buffer): string {
  return `SHA256:${createHash('sha256').update(key).digest('base64').replace(/=+$/, '')}`;
}

/** The type that a public key states, or an empty string. */
export function keyTypeOf(key: Buffer): string {
  if (key.length < 4) return '';
  const length = key.readUInt32BE(0);
  return length <= 64 && key.length >= 4 + length ? key.toString('latin1', 4, 4 + length) : '';
}

/** The line that makes a key known. */
export function knownHostsLine(address: string, port: number, key: Buffer, comment = ''): string {
  const end = comment === '' ? '' : ` ${comment}`;
  return `${hostToken(address, port)} ${keyTypeOf(key)} ${key.toString('base64')}${end}\n`;
}

/** Whether any key is on file that makes a host known. */
export function isKnown(known: readonly KnownHost[], address: string, port: number): boolean {
  return knownFor(known, address, port).some((entry) => entry.marker === 'none');
}

const markers: Readonly<Record<string, 'revoked' | 'cert-authority'>> = {
  '@revoked': 'revoked',
  '@cert-authority': 'cert-authority',
};

/** What ssh2 verifies; ssh-rsa with SHA-1 is left out, which OpenSSH does not accept since 8.8 either. */
const algorithms = [
  'ssh-ed25519',
  'ecdsa-sha2-nistp256',
  'ecdsa-sha2-nistp384',
  'ecdsa-sha2-nistp521',
  'rsa-sha2-512',
  'rsa-sha2-256',
];

function knownFor(known: readonly KnownHost[], address: string, port: number): readonly KnownHost[] {
  const token = hostToken(address, port);
  return known.filter((entry) =>
    entry.hosts.startsWith('|') ? matchesHash(entry.hosts, token) : matchesList(entry.hosts, token),
  );
}

/** `|1|salt|hash`: HMAC-SHA1 of the name, keyed by the salt, so that a stolen file does not list the hosts. */
function matchesHash(field: string, token: string): boolean {
  const [, version, salt, hash] = field.split('|');
  if (version !== '1' || salt === undefined || hash === undefined) return false;
  return createHmac('sha1', Buffer.from(salt, 'base64')).update(token).digest().equals(Buffer.from(hash, 'base64'));
}

/** A comma list of patterns; a negated one that matches spoils the whole line. */
function matchesList(field: string, token: string): boolean {
  const patterns = field.toLowerCase().split(',');
  if (patterns.some((pattern) => pattern.startsWith('!') && matchesPattern(pattern.slice(1), token))) return false;
  return patterns.some((pattern) => !pattern.startsWith('!') && matchesPattern(pattern, token));
}

/** `*` is any run of characters, `?` any one. Not a regular expression: those can be made to run for ever. */
function matchesPattern(pattern: string, text: string): boolean {
  let p = 0;
  let t = 0;
  let star = -1;
  let resume = 0;
  while (t < text.length) {
    if (pattern[p] === '*') {
      star = p++;
      resume = t;
    } else if (p < pattern.length && (pattern[p] === '?' || pattern[p] === text[t])) {
      p++;
      t++;
    } else if (star >= 0) {
      p = star + 1;
      t = ++resume;
    } else return false;
  }
  while (pattern[p] === '*') p++;
  return p === pattern.length;
}
