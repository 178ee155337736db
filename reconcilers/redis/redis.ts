import type { Tenant } from '../../crds/fleet.ts';
import { fitPassword } from '../../renderers/redis-conf.ts';
import { type Drift, operator, type Subject } from '../drift.ts';
import { containerName } from '../names.ts';
import { passwordInUse } from '../password-in-use.ts';
import { bind, type Desired } from '../reconciler.ts';
import { sightOf, tenantQuestions } from '../tenant-sight.ts';
import { firstStartDrift } from './first-start.ts';
import { masterDrift } from './master.ts';
import { memberDrift } from './member.ts';

/** A tenant's Redis as a whole (who is master, its first start), or one member's server. */
interface DesiredRedis extends Desired {
  readonly tenant: Tenant;
  /** Place in the tenant's members; undefined for the tenant as a whole. */
  readonly index: number | undefined;
}

export const redis = bind<DesiredRedis, ReturnType<typeof tenantQuestions>>({
  concern: 'redis',
  desire: (fleet) => fleet.tenants.flatMap(desiredOf),
  questions: ({ tenant }) => tenantQuestions(tenant),
  diff: ({ subject, tenant, index }, seen) => {
    const sight = sightOf(tenant, seen);
    const password = passwordInUse(tenant, sight);
    // Said once, of the tenant. With the wrong password its members only refuse, and nothing may carry it to them.
    if (password.state === 'another') return index === undefined ? [another(subject, tenant, password.members)] : [];
    if (!fitPassword(tenant.password.reveal())) return index === undefined ? [unfit(subject, tenant)] : [];
    if (index !== undefined) return memberDrift(subject, tenant, index, sight);
    return [...firstStartDrift(subject, tenant, sight), ...masterDrift(subject, tenant, sight)];
  },
});

function desiredOf(tenant: Tenant): readonly DesiredRedis[] {
  const containers = tenant.members.map((member) => `container/${containerName(tenant, member)}` as const);
  return [
    { subject: `redis/${tenant.name}`, needs: containers, tenant, index: undefined },
    ...tenant.members.map((member, index) => ({
      subject: `redis/${containerName(tenant, member)}` as const,
      // Redis and Sentinel rewrite their files, which lie on the host.
      needs: [`host/${member.host}` as const, ...containers.slice(index, index + 1)],
      tenant,
      index,
    })),
  ];
}

function another(subject: Subject, tenant: Tenant, members: readonly string[]): Drift {
  const reason =
    `the declared password is not the one in use. Nothing of this tenant is touched, and it serves on with the old one: ` +
    `put the old password back into ${tenant.password.reference}. Changing it is not supported yet`;
  return {
    subject,
    field: 'password',
    want: 'as declared',
    have: `another one in use on ${members.join(', ')}`,
    hurts: [tenant.name],
    remedy: operator(reason),
  };
}

function unfit(subject: Subject, tenant: Tenant): Drift {
  const reason =
    `Sentinel writes the password back without quotes and would not start again: put one without spaces, quotes, ` +
    `backslashes and characters beyond ASCII into ${tenant.password.reference}`;
  return {
    subject,
    field: 'password',
    want: 'one that Sentinel can carry',
    have: '***',
    hurts: [tenant.name],
    remedy: operator(reason),
  };
}
