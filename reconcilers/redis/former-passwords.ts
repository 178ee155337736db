import type { Member, Tenant } from '../../crds/fleet.ts';
import { type Finding, findingsAbout } from '../contract/finding.ts';
import { act, dependsOn, settling } from '../contract/remedy.ts';
import type { Subject } from '../contract/subject.ts';
import { endpointOf } from '../facts/redis/redis.ts';
import { containerName } from '../shared/names.ts';
import { acceptedIn, acceptsFormer } from '../shared/password-in-use.ts';
import type { TenantState } from '../shared/tenant-state.ts';

/** The passwords that a member's Redis accepts and that are not declared. A subject of its own: everything else must be in order first. */
export function formerSubject(tenant: Tenant, member: Member): Subject {
  return `redis/${containerName(tenant, member)}@passwords`;
}

/** It is not accepted any more on the replicas first. The master is last: its replicas must be able to follow another one. */
export function formerFindings(
  subject: Subject,
  tenant: Tenant,
  index: number,
  state: TenantState,
): readonly Finding[] {
  const { currentMaster } = state;
  const member = tenant.members[index];
  if (!member || !hasFormer(tenant, index, state)) return [];
  const replica = tenant.members.find((one, at) => one !== member && hasFormer(tenant, at, state));
  const says = state.redis[index];
  const onDisk = says?.state === 'present' && says.value.onDisk;
  const remedy =
    currentMaster.state !== 'agreed'
      ? dependsOn(`redis/${tenant.name}`)
      : !onDisk
        ? settling('redis.conf is written once the append-only file is complete')
        : currentMaster.master === member && replica
          ? dependsOn(formerSubject(tenant, replica), 'the master comes last')
          : act([
              {
                operation: 'accept-passwords',
                endpoint: endpointOf(tenant, member, tenant.redis.port),
                service: 'redis',
                only: true,
                rewrite: true,
              },
            ]);
  const values = { have: 'one more than declared', want: 'as declared' };
  return [findingsAbout(subject)('FormerPasswordAccepted', 'passwords', values, remedy, [])];
}

/** Of a Redis that runs, also by the file from which it would start. */
function hasFormer(tenant: Tenant, index: number, { redis, members }: TenantState): boolean {
  const [says, seen] = [redis[index], members[index]];
  if (says?.state !== 'present' || seen?.state !== 'present') return false;
  return [says.value.accepted, acceptedIn(seen.value, 'redis.conf')].some((one) => acceptsFormer(tenant, one));
}
