import { type Finding, findingsAbout } from '../contract/finding.ts';
import { manual, settling } from '../contract/remedy.ts';
import type { Haproxy } from '../facts/haproxy/haproxy.ts';
import type { Observation } from '../facts/observation.ts';
import type { DesiredBackendHealth } from './desired.ts';
import { admissionPending, checksOf, notOneMaster } from './messages.ts';

/** After a failover with slow timings a new master is admitted within this; what takes longer does not come right by itself. */
const graceSeconds = 60;

/** Exactly one member is admitted. The causes are findings of Redis and Sentinel; this one says what clients meet. */
export function backendHealthFindings(
  { subject, host, tenant }: DesiredBackendHealth,
  seen: Observation<Haproxy>,
): readonly Finding[] {
  const process = seen.state === 'present' ? seen.value.process : undefined;
  const servers = process?.tenants.find((one) => one.tenant === tenant);
  // Then there is a finding about the proxy itself.
  if (!process || !servers) return [];
  const admitted = servers.servers.filter((server) => server.up).map(({ name }) => name);
  if (admitted.length === 1) return [];
  const seconds = Math.min(
    process.uptimeSeconds,
    ...[...servers.servers, ...servers.sentinels].map((one) => one.sinceSeconds),
  );
  const remedy =
    seconds < graceSeconds ? settling(admissionPending) : manual(notOneMaster(host, admitted.length, seconds, servers));
  const reason = admitted.length ? 'TwoMastersAdmitted' : 'NoMasterAdmitted';
  const have = admitted.length ? admitted.join(' and ') : `none: ${checksOf(servers)}`;
  const finding = findingsAbout(subject, { impacts: [tenant] });
  return [finding(reason, 'admitted members', { have, want: 'the master' }, remedy)];
}
