import type { Member } from '../../crds/fleet.ts';
import { type Drift, operator, wait } from '../drift.ts';
import type { RedisFacts } from '../questions/redis.ts';
import type { Context } from './member.ts';

/** Sentinel's own times add up to less: 8 s to demote a returned master, 20 s to see a wrong role; and its failover-timeout. */
const reserveSeconds = 60;

/** Whom the member follows against whom the Sentinels name. Never mended from here: Sentinel would undo it, or fight it. */
export function replicationDrift(context: Context, says: RedisFacts): readonly Drift[] {
  const { tenant, member, sight, finding } = context;
  const { mastership } = sight;
  if (mastership.state === 'none' || mastership.master === member) return [];
  const { master } = mastership;
  const want = `replica of ${master.name}`;
  const patience = reserveSeconds + Math.ceil(tenant.sentinel.failoverTimeoutMs / 1000);
  if (says.role === 'master') {
    const late = says.uptimeSeconds > patience && !beingDemoted(context, patience);
    const reason = `two masters: no Sentinel demoted it. Look at what it holds that ${master.name} does not, then SENTINEL RESET or REPLICAOF by hand`;
    return [
      finding(
        'role',
        want,
        'master',
        late ? operator(reason) : wait('Sentinel demotes a master that returned, after 8 s or more'),
      ),
    ];
  }
  const follows = tenant.members.find((one) => one.address === says.master?.address);
  if (follows !== master) {
    const have = `replica of ${follows?.name ?? `${says.master?.address}:${says.master?.port}`}`;
    // How long it has followed it nobody tells. Sentinel puts right what it hears, whomever that follows.
    if (!follows && says.uptimeSeconds > patience && !isHeard(context))
      return [finding('role', want, have, operator('it follows a foreign master: stop it, and find out who did that'))];
    const soon = `Sentinel puts it right after its failover-timeout (${tenant.sentinel.failoverTimeoutMs / 1000} s)`;
    return [finding('role', want, have, wait(follows ? soon : `${soon}; find out who did that`))];
  }
  if (says.linkUp) return silentDrift(context, master);
  const down = says.linkDownSeconds ?? neverLinkedSeconds(context, says);
  const have = says.syncing ? 'receiving the data' : `down for ${down} s`;
  const remedy =
    says.syncing || down <= patience
      ? wait(says.syncing ? 'a full synchronisation takes its time' : 'it tries again every second')
      : operator(
          `it cannot reach ${master.name} or is refused: see its log, the mesh between the two hosts, and masterauth`,
        );
  return [finding('replication link', 'up', have, remedy)];
}

/** Some Sentinel has it among the replicas, and hears it. */
function isHeard({ sight, member }: Context): boolean {
  return sight.sentinels.some(
    (seen) =>
      seen.state === 'present' &&
      seen.value.replicas.some(({ address, flags }) => address === member.address && !flags.includes('s_down')),
  );
}

/** Seconds without an answer of a replica, which gives one each second, that are no mere hitch. */
const silence = 10;

/** A cut link counts as up until repl-timeout (60 s): only the master knows by then that it hears nothing any more. */
function silentDrift({ member, sight, tenant, finding }: Context, master: Member): readonly Drift[] {
  const says = sight.redis[tenant.members.indexOf(master)];
  const heard =
    says?.state === 'present' ? says.value.replicas.find((one) => one.address === member.address) : undefined;
  if (heard?.state !== 'online' || heard.lag < silence) return [];
  const have = `up by its own word, but ${master.name} has heard nothing from it for ${heard.lag} s`;
  const reason = `look at the mesh between ${master.host} and ${member.host}; Redis gives the link up after 60 s`;
  return [finding('replication link', 'up', have, wait(reason))];
}

/**
 * Redis counts no time for a link that never was (-1): not for a replica that could not connect since it was started, and not for a
 * master that was made one just now, however long it has run. So: since it runs, or since a Sentinel sees it as a replica.
 */
function neverLinkedSeconds({ sight, member }: Context, { uptimeSeconds }: RedisFacts): number {
  const reports = sight.sentinels.flatMap((seen) =>
    (seen.state === 'present' ? seen.value.replicas : [])
      .filter(({ address }) => address === member.address)
      .map(({ roleReported, roleReportedMs }) => (roleReported === 'slave' ? roleReportedMs / 1000 : 0)),
  );
  return reports.length ? Math.min(uptimeSeconds, Math.floor(Math.max(...reports))) : uptimeSeconds;
}

/** Some Sentinel has seen it as master for a short while only, and will act. */
function beingDemoted({ sight, member }: Context, patience: number): boolean {
  return sight.sentinels.some(
    (seen) =>
      seen.state === 'present' &&
      seen.value.replicas.some(
        ({ address, roleReported, roleReportedMs }) =>
          address === member.address && (roleReported !== 'master' || roleReportedMs < patience * 1000),
      ),
  );
}
