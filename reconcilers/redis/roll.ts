import type { Member, Tenant } from '../../crds/fleet.ts';
import { redisSettingTypes } from '../../crds/schema/redis-settings.ts';
import { redisConf, redisSettings } from '../../renderers/redis/redis-conf.ts';
import type { Finding } from '../contract/finding.ts';
import { act, dependsOn, manual, notKnown, type Remedy, settling } from '../contract/remedy.ts';
import type { RedisFacts } from '../facts/redis/redis.ts';
import { handOver } from '../shared/hand-over.ts';
import { containerName, memberFolder } from '../shared/names.ts';
import { unsteady } from '../shared/steady.ts';
import type { Context } from './context.ts';
import { sameValue } from './values.ts';
import { isFixedAtStart, writtenSettings } from './written-settings.ts';

/**
 * Settings that Redis reads only at its start, and a restart that a command asks for. The members are restarted one at a time: first the
 * replicas, each of which must be in sync again before the next one; the master hands over, and is restarted as a replica.
 */
export function rollFindings(context: Context, says: RedisFacts): readonly Finding[] {
  const { tenant, state, finding } = context;
  const fixed = fixedDifferences(context, says);
  const requested = isRestartRequested(tenant, says);
  if (!fixed.length && !requested) return [];
  const pending = tenant.members.filter((member, index) => {
    const [seen, facts] = [state.redis[index], state.members[index]];
    if (seen?.state !== 'present' || facts?.state !== 'present') return false;
    const other = { ...context, member, index, facts: facts.value };
    return isRestartRequested(tenant, seen.value) || fixedDifferences(other, seen.value).length > 0;
  });
  const refused = [...fixed.map((one) => one.refused), unsupported(context, says)].find((one) => one !== undefined);
  const remedy = refused ?? rollRemedy(context, pending);
  const restart = { have: 'runs since before it was asked for', want: 'restarted' };
  return [
    ...(requested ? [finding('RestartRequested', 'Redis', restart, remedy, [])] : []),
    ...fixed.map(({ name, have, want }) => finding('SettingFixedAtStart', name, { have, want }, remedy, [])),
  ];
}

/** CONFIG SET refuses a setting that this Redis does not know, and leaves it out of redis.conf. Started from the declared ones, Redis would exit. */
function unsupported({ tenant, member }: Context, { settings, version }: RedisFacts): Remedy | undefined {
  const names = [...redisSettings(tenant, member).keys()].filter((name) => settings[name] === undefined);
  if (!names.length) return undefined;
  return manual(`Redis ${version} does not know ${names.join(', ')}, and would not start with that: remove it first`);
}

function isRestartRequested({ requested }: Tenant, { runId }: RedisFacts): boolean {
  return requested?.restart?.includes(runId) ?? false;
}

/** The next step of restarting these members of the tenant. */
function rollRemedy(context: Context, pending: readonly Member[]): Remedy {
  const { tenant, member, state, kept } = context;
  const { currentMaster } = state;
  if (currentMaster.state !== 'agreed') return dependsOn(`redis/${tenant.name}`);
  const { master } = currentMaster;
  const [first = master] = pending.filter((one) => one !== master);
  if (first !== member)
    return dependsOn(
      `redis/${containerName(tenant, first)}`,
      member === master
        ? 'its replicas are restarted first; then it hands over and is restarted as a replica'
        : 'one member is restarted at a time',
    );
  const why = unsteady(tenant, state, master);
  if (why) return settling(why);
  if (member === master) return handOver(tenant, state);
  const folder = memberFolder(tenant, member);
  const content = redisConf(tenant, member, kept);
  const { port } = tenant.redis;
  return act([{ operation: 'member-restart', host: member.host, folder, port, content }], [tenant.name]);
}

interface Difference {
  readonly name: string;
  readonly have: string;
  readonly want: string;
  /** Redis would not start with it, or that is not known. */
  readonly refused: Remedy | undefined;
}

/** Of the declared ones, and of those that redis.conf has and no document declares any more. */
function fixedDifferences({ tenant, member, facts }: Context, says: RedisFacts): readonly Difference[] {
  const declared = redisSettings(tenant, member);
  const wrong = [...declared].flatMap(([name, want]): readonly Difference[] => {
    const have = says.settings[name];
    if (have === undefined || !isFixedAtStart(name) || sameValue(name, want, have)) return [];
    return [{ name, have, want, refused: refusalOf(name, want, says) }];
  });
  const left = [...writtenSettings(facts)].flatMap(([name, have]): readonly Difference[] => {
    const setting = redisSettingTypes[name];
    if (setting?.type !== 'fixed at start' || declared.has(name) || sameValue(name, setting.default, have)) return [];
    const want = `${setting.default || 'empty'}, the default`;
    return [{ name, have, want, refused: refusalOf(name, setting.default, says) }];
  });
  return [...wrong, ...left];
}

/** Redis exits at its start if a key of its data is in a database that it does not have (rdb.c). */
function refusalOf(name: string, want: string, { databases }: RedisFacts): Remedy | undefined {
  if (name !== 'databases') return undefined;
  if (!databases)
    return notKnown('INFO keyspace is refused: whether Redis would start with other databases is not known');
  const beyond = databases.filter((number) => number >= Number(want));
  if (!beyond.length) return undefined;
  const which = beyond.length === 1 ? `database ${beyond[0]} has` : `databases ${beyond.join(', ')} have`;
  return manual(
    `${which} keys: Redis would not start with databases ${want}. Delete or move those keys (SELECT, then MOVE), or declare more databases`,
  );
}
