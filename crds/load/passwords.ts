import { claimedTwice } from '../checks/claims.ts';
import { type Issue, placeText } from '../issue.ts';
import { Secret } from '../secret.ts';
import { fault, type TenantEntry } from './declared.ts';

/** Where a credential is stored, as declared in a document. */
export type SecretReference = { readonly env: string } | { readonly file: string };

/** Reads a credential, or returns why it is missing. The reason is printed, so it must not contain the credential. */
export type SecretReader = (reference: SecretReference) => Secret | { readonly missing: string };

/** The password of each tenant. With `ignore` none is read, and each is a Secret without value. */
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
        'use 1 to 512 letters, digits and symbols, without space, quotes and backslash',
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
 * A password is printable ASCII without space, quotes and backslash. Sentinel writes `auth-pass` to its file without quotes
 * (sentinel.c, rewriteConfigSentinelOption), and could not read its file again with one of these characters.
 */
function unfit(value: string): string | undefined {
  if (value === '') return 'is empty';
  if (value.length > 512) return 'is too long';
  // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what the check rejects
  if (/[\x00-\x1f\x7f]/.test(value)) return 'contains a line break or another control character';
  if (/[ "'\\]/.test(value)) return 'contains a space, a quote or a backslash, which Sentinel cannot store';
  return /[^\x21-\x7e]/.test(value) ? 'contains a character outside ASCII' : undefined;
}

/** Tenants with the same password could log in to each other. */
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
    remedy: 'give each tenant its own password',
  }));
}
