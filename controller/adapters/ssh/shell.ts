import type { ScriptResult } from '../../../renderers/host-batch.ts';
import { timeLimit } from '../../../renderers/lib/time-limit.ts';
import { TransportError } from '../../transport/errors.ts';
import type { HostTarget } from '../../transport/io.ts';
import { called } from './target.ts';

/**
 * The command that reads a script from its standard input, as root. `sudo -n`: a password prompt would wait for ever.
 * `timeout` ends the script on the host itself, a second after it was given up here, also when the connection is gone: sshd ends
 * nothing when a channel closes, and takes no signals for a root session.
 */
export function shellFor(user: string, timeoutMs: number): string {
  const shell = `sh -c '${timeLimit(2)}; exec timeout $limit ${Math.ceil(timeoutMs / 1_000) + 1} sh'`;
  return user === 'root' ? shell : `env LC_ALL=C sudo -n -- ${shell}`;
}

/** Rejects an answer of sudo, or of cloud-init's guard on root, instead of the script's: the script never ran. */
export function checkShell(target: HostTarget, user: string, answer: ScriptResult): ScriptResult {
  const refuse = (why: string) => new TransportError('refused', `${called(target)}: ${why}`);
  if (user !== 'root' && answer.exit === 1 && answer.stdout === '' && answer.stderr.startsWith('sudo: ')) {
    throw refuse(
      `user ${user} may not become root without a password (${firstLine(answer.stderr)}): put "${user} ALL=(ALL) NOPASSWD: ALL" into /etc/sudoers.d, or set spec.ssh.user: root`,
    );
  }
  if (answer.exit === 142 && answer.stdout.startsWith('Please login as the user')) {
    throw refuse(`root may not log in here (${firstLine(answer.stdout)}): set spec.ssh.user to that user`);
  }
  return answer;
}

function firstLine(text: string): string {
  return text.split('\n', 1)[0] ?? '';
}
