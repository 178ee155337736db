import { claimedTwice } from '../checks/claims.ts';
import { type Issue, placeText } from '../issue.ts';
import { Secret } from '../secret.ts';
import { fault, type TenantEntry } from './declared.ts';

/** Where a credential is stored, as declared in a document. */
export type SecretReference = { readonly env: string } | { readonly file: string };

/** Reads a credential, or returns why it is missing. The reason is printed, so it must not contain the credential. */
export type SecretReader = (reference: SecretReference) => Secret | { readonly missing: string };

/** The password of a tenant, and the one before it, while both are to be accepted. */
export interface Passwords {
  readonly current: Secret;
  readonly previous?: Secret;
}

/** The passwords of each tenant. With `ignore` none is read, and each is a Secret without value. */
export function readPasswords(
  tenants: readonly TenantEntry[],
  secrets: SecretReader | 'ignore',
): { readonly passwords: ReadonlyMap<string, Passwords>; readonly issues: readonly Issue[] } {
  const current = tenants.map((tenant) => readOne(tenant, 'passwordFrom', secrets));
  const previous = tenants.flatMap((tenant) =>
    tenant.body.spec.auth.previousPasswordFrom ? [readOne(tenant, 'previousPasswordFrom', secrets)] : [],
  );
  const read = [...current, ...previous];
  const before = (tenant: TenantEntry) => previous.find((one) => one.tenant === tenant)?.secret;
  return {
    passwords: new Map(
      current.flatMap(({ tenant, secret }) => {
        const former = before(tenant);
        return secret ? [[tenant.name, { current: secret, ...(former && { previous: former }) }] as const] : [];
      }),
    ),
    issues: [...read.flatMap(({ issues }) => issues), ...sharedPasswords(read)],
  };
}

type Field = 'passwordFrom' | 'previousPasswordFrom';

interface Read {
  readonly tenant: TenantEntry;
  readonly field: Field;
  readonly secret?: Secret;
  readonly issues: readonly Issue[];
}

function readOne(tenant: TenantEntry, field: Field, secrets: SecretReader | 'ignore'): Read {
  const reference = referenceOf(tenant, field);
  const path = referencePath(tenant, field);
  const name = referenceText(reference);
  if (secrets === 'ignore') return { tenant, field, secret: new Secret(name, ''), issues: [] };
  const secret = secrets(reference);
  if (!(secret instanceof Secret)) {
    const what = 'env' in reference ? `set ${reference.env} in the environment` : `make ${reference.file} readable`;
    return { tenant, field, issues: [fault(tenant, path, `no password from ${name}: ${secret.missing}`, what)] };
  }
  const wrong = unfit(secret.reveal());
  if (wrong === undefined) return { tenant, field, secret, issues: [] };
  const remedy = 'use 1 to 512 letters, digits and symbols, without space, quotes and backslash';
  return { tenant, field, issues: [fault(tenant, path, `the password from ${name} ${wrong}`, remedy)] };
}

function referenceOf({ body }: TenantEntry, field: Field): SecretReference {
  const { env, file } = body.spec.auth[field] ?? {};
  return file === undefined ? { env: env ?? '' } : { file };
}

function referencePath({ body }: TenantEntry, field: Field): readonly string[] {
  return ['spec', 'auth', field, body.spec.auth[field]?.file === undefined ? 'env' : 'file'];
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
function sharedPasswords(read: readonly Read[]): readonly Issue[] {
  const claims = read.flatMap(({ tenant, field, secret }) => {
    if (secret === undefined) return [];
    const value = secret.reveal();
    const key = value === '' ? `reference ${secret.reference}` : `value ${value}`;
    const path = referencePath(tenant, field);
    return [{ key, tenant, place: tenant.places.at(path), path }];
  });
  return claimedTwice(claims, (claim, first) =>
    claim.tenant === first.tenant
      ? {
          problem: `it is the same password as the new one, at ${placeText(first.place)}`,
          remedy: 'give the password that was in use before, or take previousPasswordFrom out',
        }
      : {
          problem: `it is the same password as that of tenant ${first.tenant.name}, at ${placeText(first.place)}`,
          remedy: 'give each tenant its own password',
        },
  );
}
