import { Secret } from '../../crds/secret.ts';

/** A RESP command with its arguments, which may contain any bytes. */
export type Command = readonly (string | Secret)[];

/** Commands in RESP's wire format, in hexadecimal, so that nothing needs quoting. The result is secret as a whole, because a secret in it cannot be masked separately. */
export function respHex(reference: string, commands: readonly Command[]): Secret {
  return new Secret(reference, hex(commands.map(encode).join('')));
}

/** A reply of bulk strings after an `+OK`, in hexadecimal as HAProxy's converter `hex` prints it. */
export function replyHex(words: readonly string[]): string {
  return hex(`+OK\r\n${encode(words)}`).toUpperCase();
}

function encode(words: Command): string {
  return `*${words.length}\r\n${words.map((word) => bulk(word instanceof Secret ? word.reveal() : word)).join('')}`;
}

function bulk(word: string): string {
  return `$${new TextEncoder().encode(word).length}\r\n${word}\r\n`;
}

function hex(value: string): string {
  return [...new TextEncoder().encode(value)].map((byte) => byte.toString(16).padStart(2, '0')).join('');
}
