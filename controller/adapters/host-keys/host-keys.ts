import type { Ssh } from '../../../crds/fleet.ts';
import { TransportError } from '../../transport/errors.ts';
import type { HostTarget } from '../../transport/io.ts';
import { expandHome } from '../files/home-path.ts';
import { called, loginOf } from '../ssh/target.ts';
import { trusted } from './bootstrap.ts';
import {
  fingerprint,
  hostToken,
  type KnownHost,
  keyName,
  keyTypeOf,
  knownHostsLine,
  parseKnownHosts,
  preferredAlgorithms,
  verifyHostKey,
} from './known-hosts.ts';
import { editKnownHosts, readKnownHosts } from './known-hosts-file.ts';
import { scanCommand } from './scan-command.ts';

/** What is known about one host's keys, for the length of one connection. */
export interface HostKeyCheck {
  /** Algorithms to offer, those with a key on file first. */
  readonly algorithms: string[];
  /** Whether the key may be trusted; on false, `refusal` is the reason. Called again when the connection changes its session keys. */
  accepts(key: Buffer): boolean;
  refusal(): TransportError | undefined;
  /** Adds a key accepted as new. Only now, when the host has proved that it holds the private key. */
  keep(): Promise<void>;
}

/**
 * The known_hosts file as a source of trust. `accept-new` trusts a host never seen before, and never one whose key changed; `console` is
 * `strict` once the keys of a host were added.
 */
export function hostKeysFrom(settings: Ssh): (target: HostTarget) => Promise<HostKeyCheck> {
  const path = expandHome(settings.knownHosts);
  return async (target) => {
    const { port } = loginOf(settings, target);
    const known = trusted(parseKnownHosts(await readKnownHosts(path)), target, settings);
    let refusal: TransportError | undefined;
    let fresh: Buffer | undefined;
    return {
      algorithms: preferredAlgorithms(known, keyName(known, target, port), port),
      refusal: () => refusal,
      accepts: (key) => {
        if (fresh !== undefined) return fresh.equals(key);
        refusal = refuse(known, target, key, path, settings);
        if (refusal !== undefined) return false;
        if (verifyHostKey(known, keyName(known, target, port), port, key).is === 'unknown') fresh = key;
        return true;
      },
      keep: async () => {
        if (fresh !== undefined) await append(path, target, fresh, settings);
      },
    };
  };
}

function refuse(
  known: readonly KnownHost[],
  target: HostTarget,
  key: Buffer,
  path: string,
  settings: Ssh,
): TransportError | undefined {
  const { hostKeys } = settings;
  const { port } = loginOf(settings, target);
  const name = keyName(known, target, port);
  const token = hostToken(name, port);
  const names = [name, target.address, target.publicAddress ?? name];
  const checks = names.map((one) => verifyHostKey(known, one, port, key));
  const check = checks.find(({ is }) => is === 'revoked') ?? verifyHostKey(known, name, port, key);
  const offered = `${keyTypeOf(key)} ${fingerprint(key)}`;
  switch (check.is) {
    case 'known':
      return undefined;
    case 'revoked':
      return refused(
        target,
        `offered a REVOKED host key: ${offered} is marked @revoked in ${path} line ${check.by.line}. Somebody may be impersonating it; nothing was sent. Find out who revoked the key, and why`,
      );
    case 'changed': {
      const then = hostKeys === 'console' && target.made ? 'its keys are read from there again' : 'add the new key';
      return refused(
        target,
        `offered ANOTHER HOST KEY than the one on file. Offered: ${offered}. On file: ${check.known.keyType} ${fingerprint(check.known.key)} (${path} line ${check.known.line}). ` +
          `Either the host was rebuilt, or somebody is impersonating it; nothing was sent. Compare the offered fingerprint with the console output of the instance; only if they agree: ssh-keygen -R '${token}' -f ${path}, and ${then}`,
      );
    }
    case 'unknown':
      if (hostKeys === 'accept-new') return undefined;
      return refused(
        target,
        `is not a known host: it offered ${offered}, and ${path} has no key for ${token}.${authorityNote(check.authorityLine)} ` +
          `Compare the fingerprint with the console output of the instance, then add it: ${scanCommand(target, settings, path)} (or set spec.ssh.hostKeys: ${otherwise(target)})`,
      );
  }
}

function otherwise({ made }: HostTarget): string {
  return made ? 'console to have its keys read there' : 'accept-new to trust hosts on first use';
}

function authorityNote(line: number | undefined): string {
  return line === undefined ? '' : ` Line ${line} names a @cert-authority for it, which is not supported here.`;
}

function refused(target: HostTarget, what: string): TransportError {
  return new TransportError('refused', `${called(target)} ${what}`);
}

/** Checked again with what the file contains now: the host may have been added meanwhile. */
async function append(path: string, target: HostTarget, key: Buffer, settings: Ssh): Promise<void> {
  const { address } = target;
  const { port } = loginOf(settings, target);
  await editKnownHosts(path, target, (text) => {
    const known = parseKnownHosts(text);
    const refusal = refuse(known, target, key, path, settings);
    if (refusal !== undefined) throw refusal;
    if (verifyHostKey(known, keyName(known, target, port), port, key).is === 'known') return undefined;
    return { without: [], added: knownHostsLine(address, port, key) };
  });
}
