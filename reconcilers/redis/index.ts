import type { Tenant } from '../../crds/fleet.ts';
import { fitPassword } from '../../renderers/redis/redis-conf.ts';
import { type Finding, findingsAbout } from '../contract/finding.ts';
import { bind, type Desired } from '../contract/reconciler.ts';
import { manual } from '../contract/remedy.ts';
import type { Subject } from '../contract/subject.ts';
import { containerName } from '../shared/names.ts';
import { type PasswordInUse, passwordInUse, usersOfPasswords } from '../shared/password-in-use.ts';
import { tenantFacts, tenantStateOf } from '../shared/tenant-state.ts';
import { bootstrapFindings } from './bootstrap.ts';
import { formerFindings, formerSubject } from './former-passwords.ts';
import { growingFileFindings } from './growing-file.ts';
import { handoverFindings } from './handover-request.ts';
import { masterFindings } from './master.ts';
import { memberFindings } from './member.ts';
import { passwordDiffers, passwordDiffersOn, passwordUnsupported } from './messages.ts';

/** A tenant's Redis as a whole (its bootstrap and its master), or the Redis of one member. */
interface DesiredRedis extends Desired {
  readonly tenant: Tenant;
  /** Index in the tenant's members; undefined for the tenant as a whole. */
  readonly index: number | undefined;
  /** About passwords that are not declared any more, and nothing else. */
  readonly former?: true;
}

export const redis = bind<DesiredRedis, ReturnType<typeof tenantFacts>>({
  component: 'redis',
  desire: (fleet) => fleet.tenants.flatMap(desiredOf),
  facts: ({ tenant }) => tenantFacts(tenant),
  diff: ({ subject, tenant, index, former }, observed) => {
    const state = tenantStateOf(tenant, observed);
    const password = passwordInUse(tenant, state);
    // Reported once, for the tenant. With the wrong password its members only refuse, and nothing may carry it to them.
    if (password.state === 'another') return index === undefined ? [another(subject, tenant, password)] : [];
    if (!fitPassword(tenant.password.reveal())) return index === undefined ? [unsupported(subject, tenant)] : [];
    if (index !== undefined && former) return formerFindings(subject, tenant, index, state);
    if (index !== undefined) return memberFindings(subject, tenant, index, state);
    return [
      ...bootstrapFindings(subject, tenant, state),
      ...masterFindings(subject, tenant, state),
      ...handoverFindings(subject, tenant, state),
      ...growingFileFindings(subject, tenant),
    ];
  },
});

function desiredOf(tenant: Tenant): readonly DesiredRedis[] {
  const containers = tenant.members.map((member) => `container/${containerName(tenant, member)}` as const);
  return [
    { subject: `redis/${tenant.name}`, dependsOn: containers, tenant, index: undefined },
    ...tenant.members.map((member, index) => ({
      subject: `redis/${containerName(tenant, member)}` as const,
      // Redis and Sentinel rewrite their files, which are on the host.
      dependsOn: [`host/${member.host}` as const, ...containers.slice(index, index + 1)],
      tenant,
      index,
    })),
    ...tenant.members.map((member, index) => ({
      subject: formerSubject(tenant, member),
      dependsOn: usersOfPasswords(tenant),
      tenant,
      index,
      former: true as const,
    })),
  ];
}

function another(
  subject: Subject,
  tenant: Tenant,
  { members, others }: Extract<PasswordInUse, { state: 'another' }>,
): Finding {
  const have = `another one on ${members.join(', ')}`;
  const message = others.length ? passwordDiffersOn(tenant, members, others) : passwordDiffers(tenant);
  const finding = findingsAbout(subject, { impacts: [tenant.name] });
  return finding('PasswordDiffers', 'password', { have, want: 'as declared' }, manual(message));
}

function unsupported(subject: Subject, tenant: Tenant): Finding {
  const finding = findingsAbout(subject, { impacts: [tenant.name] });
  const values = { have: 'unsupported characters', want: 'supported characters' };
  return finding('PasswordUnsupported', 'password', values, manual(passwordUnsupported(tenant)));
}
