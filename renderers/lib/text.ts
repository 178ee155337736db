import { createHash } from 'node:crypto';
import { Secret } from '../../crds/secret.ts';

/** Text that may contain secrets. They are `***` when it is printed, compared or logged; only `reveal` returns them. */
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

/** Several pieces in sequence, as one text. */
export function joined(pieces: readonly (string | number | Secret | Text)[]): Text {
  const parts: (string | Secret)[] = [];
  // Strings in sequence are merged, since long texts consist of thousands of pieces and are joined repeatedly.
  let merged = '';
  const add = (part: string | Secret): void => {
    if (typeof part === 'string') {
      merged += part;
      return;
    }
    if (merged) parts.push(merged);
    merged = '';
    parts.push(part);
  };
  for (const piece of pieces) {
    if (piece instanceof Text) for (const part of piece.parts) add(part);
    else add(piece instanceof Secret ? piece : String(piece));
  }
  if (merged || !parts.length) parts.push(merged);
  return new Text(parts);
}

/** The text with its secrets in plain text. For adapters and digests only. */
export function reveal(value: Text): string {
  return value.parts.map((part) => (part instanceof Secret ? part.reveal() : part)).join('');
}

/** SHA-256 of the revealed text, hexadecimal, as sha256sum prints it for the file. */
export function digest(value: Text | string): string {
  return createHash('sha256')
    .update(typeof value === 'string' ? value : reveal(value))
    .digest('hex');
}

function valueAt<T>(values: readonly T[], index: number): readonly T[] {
  const value = values[index];
  return value === undefined ? [] : [value];
}
