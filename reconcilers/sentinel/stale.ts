import type { Member, Tenant } from '../../crds/fleet.ts';
import type { Finding } from '../contract/finding.ts';
import type { Reason } from '../contract/reasons.ts';
import { act, dependsOn, manual, type Remedy, settling } from '../contract/remedy.ts';
import { endpointOf } from '../facts/redis/redis.ts';
import type { SentinelFacts } from '../facts/sentinel/sentinel.ts';
import { foreignEntries, heartbeatTimeout } from '../shared/listed-replicas.ts';
import { containerName } from '../shared/names.ts';
import type { Context } from './context.ts';
import { foreignInstance } from './messages.ts';
import { isReachable, resetBlockedBy } from './reset-safety.ts';

/** An entry of a Sentinel's lists without a declared member behind it. */
interface StaleEntry {
  readonly kind: 'Sentinel' | 'replica';
  readonly endpoint: string;
  readonly flags: readonly string[];
}

const reasonsOf: { readonly [K in StaleEntry['kind']]: { readonly running: Reason; readonly gone: Reason } } = {
  Sentinel: { running: 'ForeignSentinel', gone: 'StaleSentinel' },
  replica: { running: 'ForeignReplica', gone: 'StaleReplica' },
};

/**
 * Sentinel never forgets an instance by itself, and counts dead ones in the majority that an election needs. One that runs has to be stopped
 * manually: it would be discovered again at once. When all unknown entries of a Sentinel are down, it is reset (SENTINEL RESET), one Sentinel
 * at a time, and only while no failover is needed: for some seconds it could not lead one.
 */
export function staleEntryFindings(context: Context, says: SentinelFacts): readonly Finding[] {
  const { tenant, member, finding } = context;
  const entries = staleEntriesOf(tenant, member, says);
  if (!entries.length) return [];
  const remedy = remedyFor(context, entries);
  const about = (kind: StaleEntry['kind'], field: string): readonly Finding[] => {
    const own = entries.filter((one) => one.kind === kind);
    if (!own.length) return [];
    const { running, gone } = reasonsOf[kind];
    const have = own.map((one) => `${one.endpoint}${isReachable(one) ? '' : ' (down)'}`).join(', ');
    // It runs if a Sentinel reaches it, or the master.
    const runs = own.some(isReachable) || (kind === 'replica' && remedy.by === 'manual' && !entries.some(isReachable));
    return [finding(runs ? running : gone, field, { have, want: 'none' }, remedy)];
  };
  return [...about('Sentinel', 'foreign Sentinels'), ...about('replica', 'foreign replicas')];
}

/** Of two entries with one address, one is stale: a recreated Sentinel has another run id, and its former entry stays. */
function staleEntriesOf({ members, sentinel, redis }: Tenant, own: Member, says: SentinelFacts): readonly StaleEntry[] {
  const others = members.filter((one) => one !== own);
  const current = others.map(({ address }) => {
    const entries = says.sentinels.filter((one) => one.address === address && one.port === sentinel.port);
    return entries.find(isReachable) ?? entries[0];
  });
  const entryOf =
    (kind: StaleEntry['kind']) =>
    ({ address, port, flags }: { address: string; port: number; flags: readonly string[] }): StaleEntry => ({
      kind,
      endpoint: `${address}:${port}`,
      flags,
    });
  const isMember = (one: { address: string; port: number }) =>
    one.port === redis.port && members.some(({ address }) => address === one.address);
  return [
    ...says.sentinels.filter((one) => !current.includes(one)).map(entryOf('Sentinel')),
    ...says.replicas.filter((one) => !isMember(one)).map(entryOf('replica')),
  ];
}

function remedyFor(context: Context, entries: readonly StaleEntry[]): Remedy {
  const { tenant, member, state } = context;
  const running = entries.find(isReachable);
  if (running) return manual(foreignInstance(tenant, running.kind, running.endpoint));
  if (entries.some(({ flags }) => !flags.includes('s_down')))
    return settling(`it no longer answers, and counts as down after ${tenant.sentinel.downAfterMs / 1000} s of that`);
  const first = tenant.members.find((one, index) => {
    const seen = state.sentinels[index];
    return seen?.state === 'present' && staleEntriesOf(tenant, one, seen.value).length > 0;
  });
  if (first && first !== member)
    return dependsOn(`sentinel/${containerName(tenant, first)}`, 'SENTINEL RESET runs on one Sentinel at a time');
  const blocked = resetBlockedBy(tenant, state);
  if (blocked) return blocked;
  const listed = listedByMaster(context, entries);
  if (listed) return listed;
  const endpoint = endpointOf(tenant, member, tenant.sentinel.port);
  const forget = entries.map((one) => one.endpoint);
  return act([{ operation: 'sentinel-reset', endpoint, master: tenant.masterName, forget }], [tenant.name]);
}

/** A Sentinel that was reset finds every replica again that the master lists, whether the Sentinel reaches it or not. */
function listedByMaster({ tenant, state }: Context, entries: readonly StaleEntry[]): Remedy | undefined {
  const { currentMaster, redis } = state;
  if (currentMaster.state !== 'agreed') return undefined;
  const says = redis[tenant.members.indexOf(currentMaster.master)];
  const foreign = says?.state === 'present' ? foreignEntries(tenant, says.value) : [];
  const listed = foreign.find(({ address, port }) => entries.some(({ endpoint }) => endpoint === `${address}:${port}`));
  if (!listed) return undefined;
  const silent = listed.state === 'online' && listed.lag >= heartbeatTimeout;
  return silent
    ? settling(`${currentMaster.master.name} lists it until repl-timeout (60 s) has passed without a word of it`)
    : manual(foreignInstance(tenant, 'replica', `${listed.address}:${listed.port}`));
}
