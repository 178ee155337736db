import type { TenantName } from '../../crds/fleet.ts';
import { haproxyPlaces } from '../../renderers/proxy-places.ts';
import { digest } from '../../renderers/text.ts';
import { blind, type Drift, wait } from '../drift.ts';
import type { PasswordInUse } from '../password-in-use.ts';
import type { Haproxy, HaproxyProcess } from '../questions/haproxy.ts';
import { staleFiles } from '../service.ts';
import type { DesiredFile } from '../verbs/index.ts';
import type { DesiredCfg, DesiredProxy } from './desired.ts';

/** By tenant; one that is not in it counts as declared. */
export type Passwords = ReadonlyMap<TenantName, PasswordInUse>;

/**
 * Whether a tenant's file is left as it is, and not loaded: with a password that is not the one in use HAProxy would fail every
 * check, and cut the sessions that it serves. Not in sight: what it has read already, or does not serve yet, cuts nobody.
 */
export function heldBack({ file, tenant }: DesiredCfg, { files, process }: Haproxy, passwords: Passwords): boolean {
  const password = tenant === undefined ? undefined : passwords.get(tenant);
  if (password === undefined || password.state === 'declared') return false;
  if (password.state === 'another') return true;
  const there = files.some(({ path }) => path === file.path);
  const served = process?.tenants.some((one) => one.tenant === tenant) ?? false;
  return !hasRead(process, file) && (there || served);
}

/** What differs of a file held back, said of that tenant on that proxy. */
export function heldDrift(
  { host }: DesiredProxy,
  { file, tenant }: DesiredCfg,
  { files, process }: Haproxy,
  passwords: Passwords,
): readonly Drift[] {
  const password = passwords.get(tenant ?? '');
  const same = !staleFiles([file], files).length && (!process || hasRead(process, file));
  if (tenant === undefined || same) return [];
  const redis = `redis/${tenant}` as const;
  const remedy = password?.state === 'unknown' ? blind(password.reason) : wait(`rests on ${redis}`, redis);
  const have = 'different; left as it is, and served as before';
  return [{ subject: `haproxy/${host}:${tenant}`, field: file.path, want: 'as rendered', have, hurts: [], remedy }];
}

/** Whether the running process vouches for having read this very content. */
export function hasRead(process: HaproxyProcess | undefined, { path, content }: DesiredFile): boolean {
  return process?.loaded?.get(path.slice(haproxyPlaces.folder.length + 1)) === digest(content);
}
