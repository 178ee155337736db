import { mkdir, open, readFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { type HostTarget, MediumError } from '../ports.ts';
import { expandHome } from './home-path.ts';
import {
  fingerprint,
  hostToken,
  judge,
  type KnownHost,
  keyTypeOf,
  knownHostsLine,
  parseKnownHosts,
  preferredAlgorithms,
} from './known-hosts.ts';

/** What is known about one host's keys, for the length of one connection. */
export interface HostKeyCheck {
  /** Algorithms to offer, those with a key on file first. */
  readonly algorithms: string[];
  /** Says whether the key may be trusted; on false, `refusal` tells why. Called again when the connection changes its session keys. */
  accepts(key: Buffer): boolean;
  refusal(): MediumError | undefined;
  /** Writes down a key accepted as new. Only now, when the host has proved that it holds the private key. */
  remember(): Promise<void>;
}

/** The known_hosts file as a source of trust. `accept-new` trusts a host never seen before, and never one whose key changed. */
export function hostKeysFrom(
  file: string,
  port: number,
  policy: 'strict' | 'accept-new',
): (target: HostTarget) => Promise<HostKeyCheck> {
  const path = expandHome(file);
  let writing: Promise<void> = Promise.resolve();
  return async (target) => {
    const known = parseKnownHosts(await textOf(path));
    let refusal: MediumError | undefined;
    let fresh: Buffer | undefined;
    return {
      algorithms: preferredAlgorithms(known, target.address, port),
      refusal: () => refusal,
      accepts: (key) => {
        if (fresh !== undefined) return fresh.equals(key);
        refusal = refuse(known, target, port, key, path, policy);
        if (refusal !== undefined) return false;
        if (judge(known, target.address, port, key).is === 'unknown') fresh = key;
        return true;
      },
      remember: async () => {
        const key = fresh;
        if (key === undefined) return;
        writing = writing.catch(() => undefined).then(() => append(path, target, port, key));
        await writing;
      },
    };
  };
}

async function textOf(path: string): Promise<string> {
  try {
    return await readFile(path, 'utf8');
  } catch (error) {
    if (isMissing(error)) return '';
    throw new MediumError(
      'refused',
      `cannot read the known hosts file ${path} (${codeOf(error)}): make it readable, or name another in spec.ssh.knownHosts`,
      { cause: error },
    );
  }
}

function refuse(
  known: readonly KnownHost[],
  target: HostTarget,
  port: number,
  key: Buffer,
  path: string,
  policy: 'strict' | 'accept-new',
): MediumError | undefined {
  const verdict = judge(known, target.address, port, key);
  const token = hostToken(target.address, port);
  const offered = `${keyTypeOf(key)} ${fingerprint(key)}`;
  switch (verdict.is) {
    case 'known':
      return undefined;
    case 'revoked':
      return refused(
        target,
        `offered a REVOKED host key: ${offered} is marked @revoked in ${path} line ${verdict.by.line}. Somebody may be impersonating it; nothing was sent. Call whoever revoked the key`,
      );
    case 'changed':
      return refused(
        target,
        `offered ANOTHER HOST KEY than the one on file. Offered: ${offered}. On file: ${verdict.known.keyType} ${fingerprint(verdict.known.key)} (${path} line ${verdict.known.line}). ` +
          `Either the host was rebuilt, or somebody is impersonating it; nothing was sent. Compare the offered fingerprint with the console output of the instance; only if they agree: ssh-keygen -R '${token}' -f ${path}, and add the new key`,
      );
    case 'unknown':
      if (policy === 'accept-new') return undefined;
      return refused(
        target,
        `is not a known host: it offered ${offered}, and ${path} has no key for ${token}.${authorityNote(verdict.authorityLine)} ` +
          `Compare the fingerprint with the console output of the instance, then add it: ssh-keyscan -p ${port} ${target.address} >> ${path} (or set spec.ssh.hostKeys: accept-new to trust hosts at first sight)`,
      );
  }
}

function authorityNote(line: number | undefined): string {
  return line === undefined ? '' : ` Line ${line} names a @cert-authority for it, which is not supported here.`;
}

function refused(target: HostTarget, what: string): MediumError {
  return new MediumError('refused', `${target.name} (${target.address}) ${what}`);
}

/** One write in append mode, so that two processes never mix their lines. Read again first: the host may have been added meanwhile. */
async function append(path: string, target: HostTarget, port: number, key: Buffer): Promise<void> {
  try {
    await mkdir(dirname(path), { recursive: true, mode: 0o700 });
    const text = await textOf(path);
    const refusal = refuse(parseKnownHosts(text), target, port, key, path, 'accept-new');
    if (refusal !== undefined) throw refusal;
    if (judge(parseKnownHosts(text), target.address, port, key).is === 'known') return;
    const file = await open(path, 'a', 0o600);
    await file
      .write((text === '' || text.endsWith('\n') ? '' : '\n') + knownHostsLine(target.address, port, key))
      .finally(() => file.close());
  } catch (error) {
    if (error instanceof MediumError) throw error;
    throw new MediumError(
      'refused',
      `cannot add the host key of ${target.name} (${target.address}) to ${path} (${codeOf(error)}): make the file writable, or add the key by hand`,
      { cause: error },
    );
  }
}

function isMissing(error: unknown): boolean {
  return codeOf(error) === 'ENOENT';
}

function codeOf(error: unknown): string {
  return error instanceof Error && 'code' in error ? String(error.code) : String(error);
}
