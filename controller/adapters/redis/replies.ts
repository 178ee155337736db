import { Secret } from '../../../crds/secret.ts';
import type { RespCommand, RespReply } from '../../../reconcilers/facts/fact.ts';

/** A command in the words to send, secrets revealed: here, and nowhere else. */
export function tokensOf(command: RespCommand): [string, ...(string | number)[]] {
  const [name, ...words] = command.map((word) => (word instanceof Secret ? word.reveal() : word));
  return [String(name), ...words];
}

/** Values as they are, errors as `{ error }`. What is no reply of the server (connection lost, time out) is thrown. */
export function replyOf(error: Error | null, value: unknown, commands: readonly RespCommand[]): RespReply {
  if (error !== null) {
    if (isReplyError(error)) return { error: masked(error.message, commands) };
    throw error;
  }
  return plain(value, commands);
}

function plain(value: unknown, commands: readonly RespCommand[]): RespReply {
  if (value === null || value === undefined) return null;
  if (typeof value === 'string' || typeof value === 'number') return value;
  if (Buffer.isBuffer(value)) return value.toString('utf8');
  if (Array.isArray(value)) return value.map((item) => plain(item, commands));
  if (value instanceof Error) return { error: masked(value.message, commands) };
  // ioredis makes an object of HGETALL's flat list; here it is a list again.
  if (typeof value === 'object')
    return Object.entries(value).flatMap(([field, item]) => [field, plain(item, commands)]);
  return String(value);
}

/** Redis repeats the arguments of a command that it does not know. */
export function masked(message: string, commands: readonly RespCommand[]): string {
  const secrets = commands.flat().filter((word): word is Secret => word instanceof Secret);
  return secrets.reduce(
    (text, secret) => (secret.reveal() === '' ? text : text.replaceAll(secret.reveal(), '***')),
    message,
  );
}

export function isReplyError(error: unknown): error is Error {
  return error instanceof Error && error.name === 'ReplyError';
}
