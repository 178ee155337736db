import { open } from 'node:fs/promises';
import type { Login } from '../../../crds/fleet.ts';
import { TransportError } from '../../transport/errors.ts';
import { expandHome } from '../files/home-path.ts';

/** The key that hosts authenticate us by. `description` names it for messages and holds no secret. */
export interface Identity {
  readonly description: string;
  readonly auth: { readonly privateKey: Buffer } | { readonly agent: string };
}

/** Loads each identity once, also for all that ask at once. */
export function identities(env: Readonly<Record<string, string | undefined>>): Identities {
  const known = new Map<string, Promise<Identity>>();
  const keyOf = ({ identity }: Login) => JSON.stringify(identity);
  return {
    load: (login) => {
      const loading = known.get(keyOf(login)) ?? loadIdentity(login.identity, env);
      known.set(keyOf(login), loading);
      // Forgotten, so that a watch goes on once the key is corrected.
      loading.catch(() => known.delete(keyOf(login)));
      return loading;
    },
    forget: (login) => void known.delete(keyOf(login)),
  };
}

interface Identities {
  load(login: Login): Promise<Identity>;
  /** It is loaded again the next time. */
  forget(login: Login): void;
}

/** Loads the private key, or finds the agent. Rejects with a TransportError `refused` that states what is wrong with it. */
async function loadIdentity(
  identity: Login['identity'],
  env: Readonly<Record<string, string | undefined>>,
): Promise<Identity> {
  return 'file' in identity ? fromFile(expandHome(identity.file)) : fromAgent(env['SSH_AUTH_SOCK']);
}

async function fromFile(path: string): Promise<Identity> {
  const privateKey = await privateBytes(path);
  const { default: ssh2 } = await import('ssh2');
  const parsed = ssh2.utils.parseKey(privateKey);
  if (parsed instanceof Error) {
    if (/encrypted|passphrase/i.test(parsed.message)) {
      throw wrong(
        `the private key ${path} is protected by a passphrase: load it into an agent (ssh-add ${path}) and set spec.ssh.identity to agent: true`,
      );
    }
    throw wrong(
      `${path} is not a private key that can be read: name an OpenSSH or PEM private key in spec.ssh.identity.file`,
    );
  }
  if (!parsed.isPrivateKey()) throw wrong(`${path} is a public key: name the private one in spec.ssh.identity.file`);
  return { description: `key ${path}`, auth: { privateKey } };
}

/** Checks the mode of the very file that it reads, not of one that took its name meanwhile. */
async function privateBytes(path: string): Promise<Buffer> {
  const file = await open(path, 'r').catch((error: unknown) => {
    const code = error instanceof Error && 'code' in error ? String(error.code) : String(error);
    throw wrong(`cannot read the private key ${path} (${code}): check spec.ssh.identity.file`);
  });
  try {
    const stat = await file.stat();
    if (!stat.isFile()) throw wrong(`${path} is not a file: check spec.ssh.identity.file`);
    if ((stat.mode & 0o077) !== 0) {
      throw wrong(
        `the private key ${path} may be read by others (mode ${(stat.mode & 0o7777).toString(8).padStart(4, '0')}): chmod 600 ${path}`,
      );
    }
    return await file.readFile();
  } finally {
    await file.close();
  }
}

function fromAgent(socket: string | undefined): Identity {
  if (socket === undefined || socket === '') {
    throw wrong(
      'spec.ssh.identity is the SSH agent, but SSH_AUTH_SOCK is not set: start one (eval $(ssh-agent); ssh-add), or name a key file',
    );
  }
  return { description: `agent ${socket}`, auth: { agent: socket } };
}

function wrong(message: string): TransportError {
  return new TransportError('refused', message);
}
