import type { TenantName } from '../../crds/fleet.ts';
import { haproxyPlaces } from '../../renderers/lib/proxy-paths.ts';
import { digest } from '../../renderers/lib/text.ts';
import { type Finding, findingsAbout } from '../contract/finding.ts';
import { dependsOn, notObserved } from '../contract/remedy.ts';
import type { Haproxy, HaproxyProcess } from '../facts/haproxy/haproxy.ts';
import type { Link } from '../facts/host/links.ts';
import type { Observation } from '../facts/observation.ts';
import type { DesiredFile } from '../operations/actions.ts';
import { staleFiles } from '../shared/files-and-units.ts';
import type { PasswordInUse } from '../shared/password-in-use.ts';
import { addressState } from '../shared/proxy-address.ts';
import type { DesiredCfg, DesiredProxy } from './desired.ts';

/** By tenant; one that is not in it counts as declared. */
export type Passwords = ReadonlyMap<TenantName, PasswordInUse>;

/**
 * Whether a tenant's file is left as it is, and not loaded: with a password that is not the one in use, every check of HAProxy would
 * fail, and it would close the sessions that it serves. While the password in use is not known, a file that HAProxy has loaded
 * already, or a tenant that it does not serve yet, interrupts nobody.
 */
export function withheldConfig(
  { file, tenant }: DesiredCfg,
  { files, process }: Haproxy,
  passwords: Passwords,
): boolean {
  const password = tenant === undefined ? undefined : passwords.get(tenant);
  if (password === undefined || password.state === 'declared') return false;
  if (password.state === 'another' || password.state === 'rotating') return true;
  const there = files.some(({ path }) => path === file.path);
  const served = process?.tenants.some((one) => one.tenant === tenant) ?? false;
  return !hasRead(process, file) && (there || served);
}

/**
 * Whether a tenant's file names an address of this proxy that its port does not have yet. HAProxy could not connect from it, and has
 * another one meanwhile. The same while it is not known.
 */
export function isAheadOfAddress(
  { host, declared }: DesiredProxy,
  { file, tenant: name }: DesiredCfg,
  { files, process }: Haproxy,
  links: Observation<readonly Link[]>,
): boolean {
  const tenant = declared.find((one) => one.name === name);
  const done = !staleFiles([file], files).length && (!process || hasRead(process, file));
  return tenant !== undefined && !done && ['former', undefined].includes(addressState(host, tenant, links));
}

export function aheadFinding(
  { host }: DesiredProxy,
  { file, tenant }: DesiredCfg,
  links: Observation<readonly Link[]>,
): Finding {
  const remedy = links.state === 'unknown' ? notObserved(links) : dependsOn(`mesh/${host}:${tenant}`);
  return findingsAbout(`haproxy/${host}:${tenant}`)('ConfigWithheld', file.path, withheldValues, remedy);
}

/** What differs in a withheld file: a finding about that tenant on that proxy. */
export function withheldFindings(
  { host }: DesiredProxy,
  { file, tenant }: DesiredCfg,
  { files, process }: Haproxy,
  passwords: Passwords,
): readonly Finding[] {
  const password = passwords.get(tenant ?? '');
  const same = !staleFiles([file], files).length && (!process || hasRead(process, file));
  if (tenant === undefined || same) return [];
  const remedy =
    password?.state === 'unknown'
      ? notObserved(password)
      : dependsOn(password?.state === 'rotating' ? password.by[0] : `redis/${tenant}`);
  const finding = findingsAbout(`haproxy/${host}:${tenant}`);
  return [finding('ConfigWithheld', file.path, withheldValues, remedy)];
}

const withheldValues = { have: 'different; left as it is, and served as before', want: 'as rendered' };

/** Whether the running process reports that it has loaded exactly this content. */
export function hasRead(process: HaproxyProcess | undefined, { path, content }: DesiredFile): boolean {
  return process?.loaded?.get(path.slice(haproxyPlaces.folder.length + 1)) === digest(content);
}
