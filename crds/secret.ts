/**
 * A credential that never prints itself: strings, JSON and inspection show `***`.
 * `reference` says where it comes from (`env ACME_PASSWORD`), which is safe to show.
 */
export class Secret {
  readonly reference: string;
  readonly #value: string;

  constructor(reference: string, value: string) {
    this.reference = reference;
    this.#value = value;
  }

  /** The value itself; for adapters that put it on a wire or into a file, and for digests. */
  reveal(): string {
    return this.#value;
  }

  toString(): string {
    return '***';
  }

  toJSON(): string {
    return '***';
  }

  [Symbol.for('nodejs.util.inspect.custom')](): string {
    return `Secret(${this.reference})`;
  }
}
