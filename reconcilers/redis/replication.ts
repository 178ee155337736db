import type { Member } from '../../crds/fleet.ts';
import type { Finding } from '../contract/finding.ts';
import { manual, settling } from '../contract/remedy.ts';
import type { RedisFacts } from '../facts/redis/redis.ts';
import { heartbeatTimeout } from '../shared/listed-replicas.ts';
import { announcedAddressFindings } from './announced-address.ts';
import type { Context } from './context.ts';
import { hasSpaceAgain, lastingCause, passingCause } from './lasting-cause.ts';
import { hasOtherMasterauth } from './masterauth.ts';
import { linkDown, secondMaster, syncingWithSpace } from './messages.ts';

/** Sentinel's own times add up to less: 8 s to demote a returned master, 20 s to notice a wrong role, and its failover-timeout. */
const reserveSeconds = 60;

/** The master that the member replicates from, and the one that the Sentinels name. Never changed from here: Sentinel would revert it. */
export function replicationFindings(context: Context, says: RedisFacts): readonly Finding[] {
  const { tenant, member, state } = context;
  const { currentMaster } = state;
  if (currentMaster.state === 'none' || currentMaster.master === member) return [];
  const { master } = currentMaster;
  const graceSeconds = reserveSeconds + Math.ceil(tenant.sentinel.failoverTimeoutMs / 1000);
  if (says.role === 'master') return [secondMasterFinding(context, says, master, graceSeconds)];
  const follows = tenant.members.find((one) => one.address === says.master?.address);
  if (follows !== master) return [wrongMaster(context, says, master, follows, graceSeconds)];
  if (!says.linkUp) return [linkFinding(context, says, master, graceSeconds)];
  return [...replicaSilentFindings(context, master), ...announcedAddressFindings(context, says, master)];
}

function secondMasterFinding(context: Context, says: RedisFacts, master: Member, graceSeconds: number): Finding {
  const late = says.uptimeSeconds > graceSeconds && !isBeingDemoted(context, graceSeconds);
  const remedy = late
    ? manual(secondMaster(master))
    : settling('Sentinel demotes a master that returned, after 8 s or more');
  return context.finding('SecondMaster', 'role', { have: 'master', want: `replica of ${master.name}` }, remedy);
}

function wrongMaster(
  context: Context,
  says: RedisFacts,
  master: Member,
  follows: Member | undefined,
  graceSeconds: number,
): Finding {
  const { tenant, finding } = context;
  const want = `replica of ${master.name}`;
  const soon = `Sentinel corrects it after its failover-timeout (${tenant.sentinel.failoverTimeoutMs / 1000} s)`;
  if (follows)
    return finding('ReplicatesWrongMember', 'role', { have: `replica of ${follows.name}`, want }, settling(soon));
  // Redis does not tell since when. Sentinel corrects every replica that it can reach, whatever that replicates from.
  const isStuck = says.uptimeSeconds > graceSeconds && !isReachedBySentinel(context);
  const remedy = isStuck
    ? manual('it replicates from a foreign master: stop it, and find out who configured that')
    : settling(`${soon}; find out who configured the foreign master`);
  const have = `replica of ${says.master?.address}:${says.master?.port}`;
  return finding('ReplicatesForeignMaster', 'role', { have, want }, remedy);
}

function linkFinding(context: Context, says: RedisFacts, master: Member, graceSeconds: number): Finding {
  const field = 'replication link';
  // What its log says is the consequence of that.
  const refused = hasOtherMasterauth(context, says);
  const cause = refused ? undefined : lastingCause(context);
  if (says.syncing) {
    const remedy = cause === undefined ? settling('it receives a full synchronization') : manual(cause);
    return context.finding('ReplicaSyncing', field, { have: 'syncing', want: 'up' }, remedy);
  }
  const down = says.linkDownSeconds ?? neverLinkedSeconds(context, says);
  const remedy = refused
    ? settling(`down for ${down} s: it comes up once its masterauth is set again`)
    : cause !== undefined
      ? manual(cause)
      : down <= graceSeconds
        ? settling(`down for ${down} s; Redis retries every second`)
        : hasSpaceAgain(context)
          ? settling(syncingWithSpace(context.member))
          : manual(linkDown(master, down, passingCause(context, master)));
  return context.finding('ReplicationLinkDown', field, { have: 'down', want: 'up' }, remedy);
}

/** Some Sentinel lists it as a replica and reaches it. */
function isReachedBySentinel({ state, member }: Context): boolean {
  return state.sentinels.some(
    (seen) =>
      seen.state === 'present' &&
      seen.value.replicas.some(({ address, flags }) => address === member.address && !flags.includes('s_down')),
  );
}

/** A replica reports a cut link as up until repl-timeout (60 s). Until then only its master can tell. */
function replicaSilentFindings({ member, state, tenant, finding }: Context, master: Member): readonly Finding[] {
  const says = state.redis[tenant.members.indexOf(master)];
  const entry =
    says?.state === 'present' ? says.value.replicas.find((one) => one.address === member.address) : undefined;
  if (entry?.state !== 'online' || entry.lag < heartbeatTimeout) return [];
  const message =
    `${master.name} has received nothing from it for ${entry.lag} s: check the mesh between ${master.host} and ` +
    `${member.host}. Redis reports the link as down after 60 s`;
  return [finding('ReplicaSilent', 'replication link', { have: 'silent', want: 'up' }, settling(message))];
}

/**
 * Redis reports no time (-1) for a link that was never up: neither for a replica that could not connect since its start, nor for a master
 * that has just become a replica, however long it has run. So the time counts since its start, or since a Sentinel sees it as a replica.
 */
function neverLinkedSeconds({ state, member }: Context, { uptimeSeconds }: RedisFacts): number {
  const reports = state.sentinels.flatMap((seen) =>
    (seen.state === 'present' ? seen.value.replicas : [])
      .filter(({ address }) => address === member.address)
      .map(({ roleReported, roleReportedMs }) => (roleReported === 'slave' ? roleReportedMs / 1000 : 0)),
  );
  return reports.length ? Math.min(uptimeSeconds, Math.floor(Math.max(...reports))) : uptimeSeconds;
}

/** Some Sentinel has seen it as a master for a short time only, and will demote it. */
function isBeingDemoted({ state, member }: Context, graceSeconds: number): boolean {
  return state.sentinels.some(
    (seen) =>
      seen.state === 'present' &&
      seen.value.replicas.some(
        ({ address, roleReported, roleReportedMs }) =>
          address === member.address && (roleReported !== 'master' || roleReportedMs < graceSeconds * 1000),
      ),
  );
}
