import type { Member, Tenant } from '../../crds/fleet.ts';
import type { FenceState } from '../../renderers/redis-fence.ts';
import { act, blind, type Drift, operator, type Remedy, type Subject, wait } from '../drift.ts';
import { containerName, memberFolder } from '../names.ts';
import type { MemberFacts } from '../questions/members.ts';
import type { TenantSight } from '../tenant-sight.ts';
import { exiting, exitsAtOnce } from './exits.ts';
import { fileDrift, writtenDrift } from './files.ts';
import { replicationDrift } from './replication.ts';
import { settingsDrift } from './settings.ts';

/** What a finding about one member's Redis needs to know. */
export interface Context {
  readonly subject: Subject;
  readonly tenant: Tenant;
  readonly member: Member;
  readonly index: number;
  readonly sight: TenantSight;
  readonly facts: MemberFacts;
  finding(field: string, want: string, have: string, remedy: Remedy, hurts?: readonly string[]): Drift;
}

/** One member's Redis: its files, its process, whom it follows, what it is set to. */
export function memberDrift(subject: Subject, tenant: Tenant, index: number, sight: TenantSight): readonly Drift[] {
  const [member, seen] = [tenant.members[index], sight.members[index]];
  if (!member || !seen) return [];
  const finding: Context['finding'] = (field, want, have, remedy, hurts = [tenant.name]) => ({
    subject,
    field,
    want,
    have,
    hurts,
    remedy,
  });
  if (seen.state === 'unknown') return [finding('member', 'in sight', 'could not be seen', blind(seen.reason))];
  if (seen.state === 'absent')
    return [finding('Redis', 'running', 'no container', wait(`rests on container/${containerName(tenant, member)}`))];
  const context: Context = { subject, tenant, member, index, sight, facts: seen.value, finding };
  return [...fileDrift(context), ...processDrift(context)];
}

function processDrift(context: Context): readonly Drift[] {
  const { tenant, index, sight, facts, finding } = context;
  const process = facts.processes.find(({ command }) => command === 'redis-server');
  if (!process) return [notRunning(context)];
  if (process.state === 'T') return [finding('Redis', 'running', 'stopped by a signal', stopped(context))];
  const says = sight.redis[index];
  if (says?.state !== 'present') {
    const reason = says?.state === 'unknown' ? says.reason : 'it was not asked';
    const remedy = tenant.expose
      ? blind(reason)
      : operator(
          `no host has an address in the network of ${tenant.name}: declare spec.expose, so that it can be looked at`,
        );
    return [finding('Redis', 'answering', 'could not be seen', remedy)];
  }
  if (says.value.loading) return [finding('data', 'loaded', 'loading', wait('Redis loads its data'))];
  return [
    ...replicationDrift(context, says.value),
    ...settingsDrift(context, says.value),
    ...writtenDrift(context, says.value),
  ];
}

function notRunning({ tenant, member, facts, finding }: Context): Drift {
  const name = containerName(tenant, member);
  if (facts.data === undefined)
    return finding('Redis', 'running', 'its container does not run', wait(`rests on container/${name}`));
  const state = facts.fence?.state ?? 'asking';
  const words = facts.fence?.words ?? 'not started yet';
  if (exitsAtOnce(facts)) return finding('Redis', 'running', words, exiting(tenant, member, facts));
  const known = state in unless ? unless[state as FenceState] : undefined;
  const starting = `PID 1 of the container starts it within a second; if it does not stay up, see ${memberFolder(tenant, member)}/console.log`;
  return finding('Redis', 'running', words, known?.(words) ?? wait(starting));
}

/** What to do about a Redis that does not run, by what its fence says; the rest starts by itself. */
const unless: { readonly [S in FenceState]: ((words: string) => Remedy) | undefined } = {
  asking: undefined,
  'not-set-up': undefined,
  master: undefined,
  replica: undefined,
  'no-room': (words) => operator(`${words}; free it or mount it anew: a restart of the container does`),
  'no-majority': wait,
  'held-named': wait,
  'held-silent': wait,
  'held-master': wait,
  'held-empty': wait,
  'held-older': (words) =>
    operator(`${words}: promote one of them with SENTINEL FAILOVER, at any of the tenant's Sentinels`),
  'held-foreign': (words) => operator(`${words}: find out where it comes from, and SENTINEL REMOVE it`),
};

/** Killed and started anew it comes back as a replica. While it is the one named, the Sentinels have first to promote another. */
function stopped({ tenant, member, sight: { mastership } }: Context): Remedy {
  const kill = {
    verb: 'member-kill',
    host: member.host,
    folder: memberFolder(tenant, member),
    service: 'redis',
  } as const;
  if (mastership.state === 'agreed' && mastership.master !== member) return act([kill]);
  if (mastership.state === 'none' && mastership.settling) return wait('the Sentinels promote another first');
  return operator(`kill -CONT its process on ${member.host}, if nobody stopped it on purpose`);
}
