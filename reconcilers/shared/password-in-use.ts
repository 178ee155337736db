import type { Member, Tenant } from '../../crds/fleet.ts';
import type { Secret } from '../../crds/secret.ts';
import { digest } from '../../renderers/lib/text.ts';
import { dependsOn, notObserved, type Remedy } from '../contract/remedy.ts';
import type { Subject } from '../contract/subject.ts';
import type { MemberFacts } from '../facts/member/members.ts';
import { serverProcess } from '../facts/member/server-process.ts';
import type { Observation } from '../facts/observation.ts';
import { isMajority } from './current-master.ts';
import { containerName } from './names.ts';
import type { TenantState } from './tenant-state.ts';

/**
 * Whether the members of the tenant run with the declared password. `rotating`: some accept the previous one only, which is declared as
 * well; `by`: their Redis or Sentinels. `members`: names of those with neither; `others`: of those with the declared one. `unknown` is the
 * observation of a member whose password decides.
 */
export type PasswordInUse =
  | { readonly state: 'declared' }
  | { readonly state: 'rotating'; readonly by: readonly [Subject, ...Subject[]] }
  | { readonly state: 'another'; readonly members: readonly string[]; readonly others: readonly string[] }
  | Extract<Observation<never>, { state: 'unknown' }>;

type Known = Pick<TenantState, 'members' | 'bootstrap'>;

/**
 * Compares the SHA-256 of the passwords in redis.conf and sentinel.conf, files that the servers themselves rewrite. Before the bootstrap no
 * password is in use, and any may be declared. If a member was not observed, a majority of the members must have the declared password:
 * less knowledge must not lead to more writes. While two passwords are declared, all must be observed: none may be left behind.
 */
export function passwordInUse(tenant: Tenant, { members, bootstrap }: Known): PasswordInUse {
  const [want, previous] = [sumOf(tenant.password), tenant.previousPassword && sumOf(tenant.previousPassword)];
  const inUse = tenant.members.flatMap((member, index) => {
    const seen = members[index];
    if (seen?.state !== 'present') return [];
    const isUsed = bootstrap.state === 'done' || serverProcess(seen.value, 'redis-server') !== undefined;
    return isUsed ? [{ member, facts: seen.value }] : [];
  });
  const lacking = (file: ServerFile) => inUse.filter(({ facts }) => acceptedIn(facts, file)?.includes(want) === false);
  const others = lacking('redis.conf').filter(
    ({ facts }) => previous === undefined || !acceptedIn(facts, 'redis.conf')?.includes(previous),
  );
  const same = tenant.members.filter((_, index) => {
    const seen = members[index];
    return seen?.state === 'present' && acceptedIn(seen.value, 'redis.conf')?.includes(want);
  });
  const names = (some: readonly Member[]) => some.map(({ name }) => name);
  if (others.length)
    return { state: 'another', members: names(others.map(({ member }) => member)), others: names(same) };
  const unobserved = members.find((seen) => seen.state === 'unknown');
  if (unobserved?.state === 'unknown' && (previous !== undefined || !isMajority(same.length, tenant.members.length)))
    return { ...unobserved, reason: `the password in use is not known: ${unobserved.reason}` };
  const [first, ...more] = previous === undefined ? [] : behind(tenant, lacking);
  return first === undefined ? { state: 'declared' } : { state: 'rotating', by: [first, ...more] };
}

function behind(
  tenant: Tenant,
  lacking: (file: ServerFile) => readonly { readonly member: Member }[],
): readonly Subject[] {
  const subjects = (component: 'redis' | 'sentinel', file: ServerFile) =>
    lacking(file).map(({ member }): Subject => `${component}/${containerName(tenant, member)}`);
  return [...subjects('redis', 'redis.conf'), ...subjects('sentinel', 'sentinel.conf')];
}

type ServerFile = 'redis.conf' | 'sentinel.conf';

/** SHA-256 of the passwords that a server accepts when it starts from its file. Undefined: the file has none, or does not exist. */
export function acceptedIn({ secrets }: MemberFacts, file: ServerFile): readonly string[] | undefined {
  const several = secrets[`${file} user`];
  const one = secrets[`${file} requirepass`];
  return several?.split(' ') ?? (one === undefined ? undefined : [one]);
}

/** SHA-256 of the passwords that the servers of a tenant must accept. */
export function passwordSums({ password, previousPassword }: Tenant): readonly string[] {
  return [password, ...(previousPassword ? [previousPassword] : [])].map(sumOf);
}

type Accepted = readonly string[] | undefined;

/** Whether a declared password is not among those that a server accepts. False if these are not known. */
export function lacksDeclared(tenant: Tenant, accepted: Accepted): boolean {
  return accepted !== undefined && passwordSums(tenant).some((one) => !accepted.includes(one));
}

/** Whether a server accepts a password that is not declared. False if that is not known. */
export function acceptsFormer(tenant: Tenant, accepted: Accepted): boolean {
  const declared = passwordSums(tenant);
  return accepted?.some((one) => !declared.includes(one)) ?? false;
}

/**
 * Why nobody uses the new password yet, in files and towards others: a server may not accept it. Undefined: all do, or there is no
 * previous one.
 */
export function heldPassword(tenant: Tenant, state: Known): Remedy | undefined {
  if (!tenant.previousPassword) return undefined;
  const password = passwordInUse(tenant, state);
  if (password.state === 'unknown') return notObserved(password);
  return password.state === 'rotating'
    ? dependsOn(password.by[0], 'every Redis and Sentinel accepts the new password before anything uses it')
    : undefined;
}

/** What a server of the tenant sends to others: the previous password, until all accept the new one. */
export function passwordToOthers(tenant: Tenant, state: Known): Secret {
  const { password, previousPassword } = tenant;
  return previousPassword && passwordInUse(tenant, state).state === 'rotating' ? previousPassword : password;
}

/** What may still use a former password: the members, their Sentinels, and HAProxy. */
export function usersOfPasswords(tenant: Tenant): readonly Subject[] {
  const members = tenant.members.map((member) => containerName(tenant, member));
  return [
    `redis/${tenant.name}`,
    ...members.map((name): Subject => `redis/${name}`),
    ...members.map((name): Subject => `sentinel/${name}`),
    ...(tenant.expose?.proxyAddresses ?? []).flatMap(({ host }): readonly Subject[] => [
      `haproxy/${host}`,
      `haproxy/${host}:${tenant.name}`,
    ]),
  ];
}

function sumOf(password: Secret): string {
  return digest(password.reveal());
}
