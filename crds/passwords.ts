import { claimedTwice } from './claims.ts';
import { fault, type TenantEntry } from './declared.ts';
import { type Issue, placeText } from './issue.ts';
import { Secret } from './secret.ts';

/** Where a document says that a credential is. */
export type SecretReference = { readonly env: string } | { readonly file: string };

/** Reads a credential, or says why it could not. The reason is shown to people: it must not hold the credential. */
export type SecretReader = (reference: SecretReference) => Secret | { readonly missing: string };

/** Each tenant's password. With `ignore` none is read, and each is a Secret without value. */
export function readPasswords(
  tenants: readonly TenantEntry[],
  secrets: SecretReader | 'ignore',
): { readonly passwords: ReadonlyMap<string, Secret>; readonly issues: readonly Issue[] } {
  const read = tenants.map((tenant) => ({ tenant, ...readOne(tenant, secrets) }));
  return {
    passwords: new Map(read.flatMap(({ tenant, secret }) => (secret ? [[tenant.name, secret] as const] : []))),
    issues: [...read.flatMap(({ issues }) => issues), ...sharedPasswords(read)],
  };
}

function readOne(tenant: TenantEntry, secrets: SecretReader | 'ignore'): { secret?: Secret; issues: readonly Issue[] } {
  const reference = referenceOf(tenant);
  const path = referencePath(tenant);
  const name = referenceText(reference);
  if (secrets === 'ignore') return { secret: new Secret(name, ''), issues: [] };
  const secret = secrets(reference);
  if (!(secret instanceof Secret)) {
    const what = 'env' in reference ? `set ${reference.env} in the environment` : `make ${reference.file} readable`;
    return { issues: [fault(tenant, path, `no password from ${name}: ${secret.missing}`, what)] };
  }
  const wrong = unfit(secret.reveal());
  if (wrong === undefined) return { secret, issues: [] };
  return {
    issues: [
      fault(
        tenant,
        path,
        `the password from ${name} ${wrong}`,
        'use 1 to 512 letters, digits and signs, without space, quotes and backslash',
      ),
    ],
  };
}

function referenceOf({ body }: TenantEntry): SecretReference {
  const { env, file } = body.spec.auth.passwordFrom;
  return file === undefined ? { env: env ?? '' } : { file };
}

function referencePath({ body }: TenantEntry): readonly string[] {
  return ['spec', 'auth', 'passwordFrom', body.spec.auth.passwordFrom.file === undefined ? 'env' : 'file'];
}

function referenceText(reference: SecretReference): string {
  return 'env' in reference ? `env ${reference.env}` : `file ${reference.file}`;
}

/**
 * What a password may hold: printable ASCII without space, quotes and backslash. Sentinel writes `auth-pass` back into its file
 * unquoted (sentinel.c, rewriteConfigSentinelOption), so with one of those it could not read its own file again.
 */
function unfit(value: string): string | undefined {
  if (value === '') return 'is empty';
  if (value.length > 512) return 'is too long';
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
  if (/[\x00-\x1f\x7f]/.test(value)) return 'holds a line break or another control character';
  if (/[ "'\\]/.test(value)) return 'holds a space, a quote or a backslash, which Sentinel does not keep';
  return /[^\x21-\x7e]/.test(value) ? 'holds a character outside ASCII' : undefined;
}

/** With one password for two, each could log in as the other. */
function sharedPasswords(read: readonly { tenant: TenantEntry; secret?: Secret }[]): readonly Issue[] {
  const claims = read.flatMap(({ tenant, secret }) => {
    if (secret === undefined) return [];
    const value = secret.reveal();
    const key = value === '' ? `reference ${secret.reference}` : `value ${value}`;
    const path = referencePath(tenant);
    return [{ key, tenant, place: tenant.places.at(path), path }];
  });
  return claimedTwice(claims, (_, first) => ({
    problem: `it is the same password as that of tenant ${first.tenant.name}, at ${placeText(first.place)}`,
    remedy: 'give each tenant a password of its own',
  }));
}
