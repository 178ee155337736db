import type { Tenant } from '../../crds/fleet.ts';
import { blind, type Drift, operator, type Remedy, type Subject, wait } from '../drift.ts';
import { containerName } from '../names.ts';
import type { TenantSight } from '../tenant-sight.ts';

/** Whether there is a master, and whether it takes writes. Without one nothing of the tenant's Redis is touched. */
export function masterDrift(subject: Subject, tenant: Tenant, sight: TenantSight): readonly Drift[] {
  const { mastership, firstStart } = sight;
  const finding = (field: string, want: string, have: string, remedy: Remedy): readonly Drift[] => [
    { subject, field, want, have, hurts: [tenant.name], remedy },
  ];
  if (mastership.state === 'none') {
    // Before the first start there is none, and that is said elsewhere.
    if (firstStart.state !== 'done') return [];
    const want = 'one member, named by a majority of the Sentinels';
    return finding('master', want, mastership.reason, withoutMaster(tenant, sight));
  }
  const says = sight.redis[tenant.members.indexOf(mastership.master)];
  const good = says?.state === 'present' ? says.value.goodReplicas : undefined;
  const needed = tenant.redis.minReplicasToWrite;
  if (good === undefined || good >= needed) return [];
  const away = tenant.members.find((member, index) => member !== mastership.master && !linked(sight, index));
  const remedy = wait(away ? `rests on redis/${containerName(tenant, away)}` : 'replicas report once a second');
  return finding('replicas in reach', `${needed} or more, to take writes`, `${good}: writes are refused`, remedy);
}

function withoutMaster(tenant: Tenant, { mastership, members, sentinels }: TenantSight): Remedy {
  if (mastership.state === 'none' && mastership.settling)
    return wait('the Sentinels decide; nothing is touched meanwhile');
  const silent = tenant.members.flatMap((member, index) => {
    const answer = sentinels[index];
    return answer?.state === 'unknown' ? [{ member, facts: members[index], reason: answer.reason }] : [];
  });
  if (!silent.length)
    return operator(
      'a foreign address is monitored: find out how it got in before anything else; nothing of this Redis is touched',
    );
  const down = silent.find(({ facts }) => facts?.state === 'present' && facts.value.data === undefined);
  if (down) return wait(`rests on container/${containerName(tenant, down.member)}`);
  const starting = silent.find(
    ({ facts }) =>
      facts?.state === 'absent' ||
      (facts?.state === 'present' && !facts.value.processes.some(({ command }) => command === 'redis-sentinel')),
  );
  if (starting) return wait(`rests on sentinel/${containerName(tenant, starting.member)}`);
  return blind(silent[0]?.reason ?? '');
}

function linked({ redis }: TenantSight, index: number): boolean {
  const seen = redis[index];
  return seen?.state === 'present' && seen.value.linkUp;
}
