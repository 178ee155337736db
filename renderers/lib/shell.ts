import { Secret } from '../../crds/secret.ts';
import { joined, Text } from './text.ts';

/** A POSIX shell script. Values are inserted by `sh`, which quotes them. A script with secrets is passed on standard input only. */
export class Script extends Text {}

type Word = string | number | Secret | Text;

/**
 * Template tag for shell: every value becomes one quoted word, a list becomes several, a Script stays a script.
 * sh`ovs-vsctl add-br ${name}` is safe for any name.
 */
export function sh(strings: TemplateStringsArray, ...values: readonly (Word | Script | readonly Word[])[]): Script {
  const pieces: (string | Text)[] = [];
  for (const [index, literal] of strings.entries()) {
    const value = values[index];
    pieces.push(literal);
    if (value !== undefined) pieces.push(insert(value));
  }
  return new Script(joined(pieces).parts);
}

/** Scripts in sequence, each ended by a newline. */
export function lines(scripts: readonly Script[]): Script {
  return new Script(scripts.flatMap((script) => [...script.parts, '\n']));
}

/** A constant script. */
export function fixed(source: string): Script {
  return new Script([source]);
}

function insert(value: Word | Script | readonly Word[]): Text | string {
  if (value instanceof Script) return value;
  if (Array.isArray(value))
    return joined((value as readonly Word[]).flatMap((word, index) => (index ? [' ', quoted(word)] : [quoted(word)])));
  return quoted(value as Word);
}

/** One single-quoted word. A quote in it becomes '\'': end of quoting, an escaped quote, start of quoting. */
function quoted(word: Word): Text | string {
  if (typeof word === 'string' || typeof word === 'number') return `'${escapeQuotes(String(word))}'`;
  return joined(["'", ...(word instanceof Text ? word.parts : [word]).map(escaped), "'"]);
}

function escaped(part: string | Secret): string | Secret {
  return part instanceof Secret ? new Secret(part.reference, escapeQuotes(part.reveal())) : escapeQuotes(part);
}

function escapeQuotes(value: string): string {
  return value.includes("'") ? value.replaceAll("'", "'\\''") : value;
}
