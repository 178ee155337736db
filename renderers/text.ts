import { createHash } from 'node:crypto';
import { Secret } from '../crds/secret.ts';

/** Text that may hold secrets. Printed, compared or logged it shows `***`; only `reveal` gives it whole. */
export class Text {
  readonly parts: readonly (string | Secret)[];

  constructor(parts: readonly (string | Secret)[]) {
    this.parts = parts;
  }

  toString(): string {
    return this.parts.map(String).join('');
  }

  toJSON(): string {
    return this.toString();
  }
}

/** Template tag for text with secrets in it: text`requirepass ${password}\n`. */
export function text(strings: TemplateStringsArray, ...values: readonly (string | number | Secret | Text)[]): Text {
  return joined(strings.flatMap((literal, index) => [literal, ...valueAt(values, index)]));
}

/** Several pieces after each other, as one text. */
export function joined(pieces: readonly (string | number | Secret | Text)[]): Text {
  const parts: (string | Secret)[] = [];
  for (const part of pieces.flatMap(partsOf)) {
    const last = parts.at(-1);
    // Long texts are made of thousands of pieces, and joined again and again.
    if (typeof part === 'string' && typeof last === 'string') parts[parts.length - 1] = last + part;
    else parts.push(part);
  }
  return new Text(parts);
}

/** The text with its secrets in clear. For adapters and digests only. */
export function reveal(value: Text): string {
  return value.parts.map((part) => (part instanceof Secret ? part.reveal() : part)).join('');
}

/** SHA-256 over the text in clear, hexadecimal: what sha256sum prints of the file. */
export function digest(value: Text | string): string {
  return createHash('sha256')
    .update(typeof value === 'string' ? value : reveal(value))
    .digest('hex');
}

function partsOf(piece: string | number | Secret | Text): readonly (string | Secret)[] {
  if (piece instanceof Text) return piece.parts;
  return [piece instanceof Secret ? piece : String(piece)];
}

function valueAt<T>(values: readonly T[], index: number): readonly T[] {
  const value = values[index];
  return value === undefined ? [] : [value];
}
