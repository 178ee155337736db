import type { Tenant } from '../../crds/fleet.ts';
import { blind, type Drift, operator, type Remedy, type Subject, wait } from '../drift.ts';
import { lastSight } from '../last-sight.ts';
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

function withoutMaster(tenant: Tenant, sight: TenantSight): Remedy {
  const { mastership, members, sentinels } = sight;
  const last = lastSight(tenant, sight);
  if (last?.state === 'doubt') return operator(doubt(tenant, last.named));
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

/** Emptied, the others can hold nothing newer, and new Sentinels are made to watch the one. */
function doubt({ members, name }: Tenant, named: string): string {
  const hosts = members.map((member) => `${containerName({ name }, member)} on ${member.host}`).join(', ');
  return (
    `most Sentinels have lost their sentinel.conf, those that are left name ${named}, and another member may hold newer data. Find out ` +
    `whose data are to be kept, then empty every other member that does not run as its replica, of ${hosts}: lxc-attach -n NAME -- find ` +
    `/var/lib/redis -mindepth 1 -delete (with OpenVZ: vzctl exec NAME find …). If a Sentinel that is left names another one than that, remove its conf/sentinel.conf and ` +
    `kill it. The next apply makes Sentinels that watch the one, and the others its replicas`
  );
}

function linked({ redis }: TenantSight, index: number): boolean {
  const seen = redis[index];
  return seen?.state === 'present' && seen.value.linkUp;
}
