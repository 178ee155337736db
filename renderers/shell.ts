import { Secret } from '../crds/secret.ts';
import { joined, Text } from './text.ts';

/** A POSIX shell script. Values got into it by `sh`, which quotes them; it may hold secrets and then travels on standard input only. */
export class Script extends Text {}

type Word = string | number | Secret | Text;

/**
 * Template tag for shell: every value becomes one quoted word, a list becomes several, a Script stays a script.
 * sh`ovs-vsctl add-br ${name}` cannot be broken out of, whatever the name holds.
 */
export function sh(strings: TemplateStringsArray, ...values: readonly (Word | Script | readonly Word[])[]): Script {
  const pieces = strings.flatMap((literal, index) => {
    const value = values[index];
    return value === undefined ? [literal] : [literal, insert(value)];
  });
  return new Script(joined(pieces).parts);
}

/** Scripts after each other, a line each. */
export function lines(scripts: readonly Script[]): Script {
  return new Script(scripts.flatMap((script) => [...script.parts, '\n']));
}

/** A fixed script, as it stands in our source. */
export function fixed(source: string): Script {
  return new Script([source]);
}

function insert(value: Word | Script | readonly Word[]): Text {
  if (value instanceof Script) return value;
  if (Array.isArray(value))
    return joined((value as readonly Word[]).flatMap((word, index) => (index ? [' ', quoted(word)] : [quoted(word)])));
  return quoted(value as Word);
}

/** One single-quoted word; a quote inside ends the quoting, stands escaped, and begins it again. */
function quoted(word: Word): Text {
  const parts = word instanceof Text ? word.parts : [word instanceof Secret ? word : String(word)];
  return joined(["'", ...parts.map(escaped), "'"]);
}

function escaped(part: string | Secret): string | Secret {
  const quoteSafe = (value: string) => value.replaceAll("'", "'\\''");
  return part instanceof Secret ? new Secret(part.reference, quoteSafe(part.reveal())) : quoteSafe(part);
}
