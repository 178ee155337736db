import { type Drift, operator, wait } from '../drift.ts';
import type { Observation } from '../observation.ts';
import type { Haproxy } from '../questions/haproxy.ts';
import type { TenantServers } from '../questions/haproxy-stat.ts';
import type { DesiredAdmission } from './desired.ts';

/** After a failover with patient timings a new master is admitted within this; what takes longer does not come by itself. */
const patienceSeconds = 60;

/** Exactly one member admitted. Whose fault it is otherwise is for the Redis and Sentinel concerns to say; here stands what clients meet. */
export function admissionDrift(
  { subject, host, tenant }: DesiredAdmission,
  seen: Observation<Haproxy>,
): readonly Drift[] {
  const process = seen.state === 'present' ? seen.value.process : undefined;
  const servers = process?.tenants.find((one) => one.tenant === tenant);
  // The proxy's own findings speak of it.
  if (!process || !servers) return [];
  const admitted = servers.servers.filter((server) => server.up);
  if (admitted.length === 1) return [];
  const why = servers.servers.map((server) => `${server.name} ${server.check}`).join('; ');
  const seconds = Math.min(
    process.uptimeSeconds,
    ...[...servers.servers, ...servers.sentinels].map((one) => one.sinceSeconds),
  );
  const remedy =
    seconds < patienceSeconds
      ? wait('HAProxy admits a master within a few checks of a majority of the Sentinels naming it')
      : operator(
          `${host} admits ${admitted.length ? 'two masters' : 'nobody'} since ${seconds} s: ${why}${votersOf(servers)}`,
        );
  return [
    {
      subject,
      field: 'members admitted',
      want: 'the master',
      have: havingOf(
        admitted.map(({ name }) => name),
        why,
      ),
      hurts: [tenant],
      remedy,
    },
  ];
}

function havingOf(names: readonly string[], why: string): string {
  return names.length ? names.join(' and ') : `none: ${why}`;
}

function votersOf({ sentinels }: TenantServers): string {
  const silent = sentinels.filter((sentinel) => !sentinel.up);
  return silent.length
    ? `; Sentinels without a vote: ${silent.map((one) => `${one.name} ${one.check}`).join(', ')}`
    : '';
}
