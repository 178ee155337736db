import type { Login, Ssh } from '../../../crds/fleet.ts';
import { NoWayThrough, TransportError } from '../../transport/errors.ts';
import type { HostTarget } from '../../transport/io.ts';
import { NoChannel } from './channel.ts';
import type { Identity } from './identity.ts';
import { called } from './target.ts';

/** How far a connection came in its time. */
export type Progress = 'dialling' | 'silent' | 'answered';

/** How far it came distinguishes a host that is down from one that hangs: the kernel takes connections for an sshd that does nothing with them. */
export function tooLate(
  target: HostTarget,
  { port }: Login,
  { connectTimeoutMs }: Pick<Ssh, 'connectTimeoutMs'>,
  progress: Progress,
): TransportError {
  const within = `within ${connectTimeoutMs} ms`;
  const at = `${called(target)}, port ${port}`;
  if (progress === 'dialling')
    return new TransportError(
      'timeout',
      `${called(target)} did not answer on port ${port} ${within}: is it running, and does its security group let ${target.via?.name ?? 'this machine'} in?`,
    );
  if (progress === 'silent')
    return new TransportError(
      'timeout',
      `${at}: the connection was taken, and sshd said nothing ${within}: sshd or the whole host hangs (out of memory, or its disk does not answer). Check its console, and restart sshd or reboot it`,
    );
  return new TransportError('timeout', `${at}: sshd answered, but the login took longer than ${connectTimeoutMs} ms`);
}

/** An error of ssh2 as a message for operators, by the level and code that it sets. */
export function explained(
  error: Error & { level?: string; code?: unknown },
  target: HostTarget,
  { user, port }: Login,
  identity: Identity,
): TransportError {
  const options = { cause: error };
  const at = `${called(target)}, port ${port}`;
  if (error.code === 'ECONNREFUSED') return noSshd(target, port, options);
  if (error.code === 'ENOTFOUND') {
    return new TransportError('unreachable', `${at}: there is no such name (${error.message})`, options);
  }
  if (error.level === 'client-socket' || error.message.includes('lost before handshake')) {
    return new TransportError('unreachable', `${at}: ${error.message}`, options);
  }
  if (error.level === 'agent') {
    return new TransportError(
      'refused',
      `${at}: the SSH ${identity.description} did not help: ${error.message}. Is it running, and is a key loaded (ssh-add -l)?`,
      options,
    );
  }
  if (error.level === 'client-authentication' || /authentication/i.test(error.message)) {
    return new LoginRefused(
      'refused',
      `${at}: ${identity.description} was refused for user ${user}: add its public key to that user's authorized_keys, or correct spec.ssh`,
      options,
    );
  }
  return new TransportError('protocol', `${at}: the SSH handshake failed: ${error.message}`, options);
}

/** A user, or a user's key, that sshd does not know. */
class LoginRefused extends TransportError {}

/** How long after its start a created instance may still be making its login user and restarting sshd. */
const bootMs = 5 * 60_000;
/** EC2 reports an instance as running before its kernel answers. After that, silence is a security group or a route. */
const silentMs = 2 * 60_000;

/**
 * A created host that was started a moment ago may refuse connections and logins and be in order: sshd is up before cloud-init has made the
 * login user, and is restarted by it. A host key that differs is an error at any time.
 */
export function whileBooting(error: unknown, { made }: HostTarget, now: number): unknown {
  const { launched } = made ?? {};
  if (launched === undefined || now - launched > bootMs || error instanceof NoWayThrough) return error;
  const isSilent = error instanceof TransportError && error.kind === 'timeout' && now - launched < silentMs;
  const isDown = error instanceof LoginRefused || (error instanceof TransportError && error.kind === 'unreachable');
  if (!isDown && !isSilent) return error;
  const seconds = Math.max(0, Math.round((now - launched) / 1000));
  return new TransportError('early', `${error.message}. It was started ${seconds} s ago, and may still be booting`, {
    cause: error,
  });
}

/** Why the host `via` gave no connection to a host behind it. Only where the host itself did not answer, the others may. */
export function notThrough(target: HostTarget, via: HostTarget, port: number, error: unknown): unknown {
  if (!(error instanceof TransportError) || error instanceof NoWayThrough) return error;
  const options = { cause: error };
  if (!(error instanceof NoChannel)) return noWay(via, error);
  if (error.answered) return noSshd(target, port, options);
  if (error.kind === 'refused') return noWay(via, error);
  const hint = `is it running, and does its security group let ${via.name} in?`;
  return new TransportError(
    'timeout',
    `${called(target)} did not answer on port ${port} (${error.message}): ${hint}`,
    options,
  );
}

/** The host that others are reached through failed, by its own error. */
export function noWay(via: HostTarget, error: TransportError): TransportError {
  return new NoWayThrough(via.name, error.kind, error.message, { cause: error });
}

function noSshd(target: HostTarget, port: number, options: ErrorOptions): TransportError {
  return new TransportError(
    'unreachable',
    `${called(target)}, port ${port}: connection refused. The host is up, but no sshd listens there: start it, or correct spec.ssh.port`,
    options,
  );
}
