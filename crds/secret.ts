/** Every password of these tenants. */
export function secretsOf({
  tenants,
}: {
  readonly tenants: readonly { readonly password: Secret; readonly previousPassword?: Secret }[];
}): readonly Secret[] {
  return tenants.flatMap(({ password, previousPassword }) => [
    password,
    ...(previousPassword ? [previousPassword] : []),
  ]);
}

/**
 * A credential that is never printed: strings, JSON and inspection show `***`.
 * `reference` is its source (`env ACME_PASSWORD`), which is safe to show.
 */
export class Secret {
  readonly reference: string;
  readonly #value: string;

  constructor(reference: string, value: string) {
    this.reference = reference;
    this.#value = value;
  }

  /** The value. For adapters that send it or write it to a file, and for digests only. */
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
