import type { Tenant } from '../../crds/fleet.ts';
import { endpointOf } from '../../reconcilers/facts/redis/redis.ts';
import { infoOf } from '../../reconcilers/facts/resp-replies.ts';
import type { Clock, Executor } from '../transport/io.ts';
import type { TargetOf } from './target.ts';

/** INFO of each member of a tenant by its name, as it says itself; undefined: it does not answer. */
export type MemberInfos = ReadonlyMap<string, ReadonlyMap<string, string> | undefined>;

/** Members do not answer while they are down, and are asked again soon. Milliseconds. */
const timeoutMs = 1000;
const pollMs = 500;

/** Asks each member of the tenant for INFO, over a connection of its own. */
export async function askMembers(tenant: Tenant, targetOf: TargetOf, executor: Executor): Promise<MemberInfos> {
  const asked = tenant.members.map(async (member) => {
    const endpoint = endpointOf(tenant, member, tenant.redis.port);
    const through = endpoint.through.map((host) => targetOf(host)).filter((host) => 'address' in host);
    const connection = await executor.dial(endpoint, through, timeoutMs).catch(() => undefined);
    const [reply] = (await connection?.send([['INFO']]).catch(() => [])) ?? [];
    connection?.close();
    const info = infoOf(reply);
    return [member.name, info.size ? info : undefined] as const;
  });
  return new Map(await Promise.all(asked));
}

/** The one member that says that it is master; undefined if there is none, or two. */
export function masterIn(infos: MemberInfos): string | undefined {
  const masters = [...infos].filter(([, info]) => info?.get('role') === 'master');
  return masters.length === 1 ? masters[0]?.[0] : undefined;
}

/** There is one master, and every other member is its replica with the link up and nothing left to transfer. */
export function areInSync(infos: MemberInfos): boolean {
  const master = masterIn(infos);
  return (
    master !== undefined &&
    [...infos].every(
      ([name, info]) =>
        name === master || (info?.get('master_link_status') === 'up' && info.get('master_sync_in_progress') === '0'),
    )
  );
}

/** How the replicas synchronized with the last master since the kill, as it counts them itself. */
export function syncsSince(before: MemberInfos, after: MemberInfos): { partial: number; full: number } | undefined {
  const master = masterIn(after);
  const [old, own] = master === undefined ? [] : [before.get(master), after.get(master)];
  if (own?.get('sync_full') === undefined) return undefined;
  const same = old?.get('run_id') === own.get('run_id');
  const since = (name: string) => Number(own.get(name)) - (same ? Number(old?.get(name) ?? 0) : 0);
  return { partial: since('sync_partial_ok'), full: since('sync_full') };
}

export interface MembersWatch {
  /** When all were in sync again after they were not, milliseconds since 1970; undefined: not yet, or they always were. */
  inSyncAt(): number | undefined;
  stop(): Promise<void>;
}

/** Asks the members again and again. */
export function watchMembers(ask: () => Promise<MemberInfos>, clock: Clock): MembersWatch {
  let [broken, stopping] = [false, false];
  let since: number | undefined;
  const watching = (async () => {
    while (!stopping) {
      const inSync = areInSync(await ask());
      if (!inSync) broken = true;
      since = inSync && broken ? (since ?? clock.now()) : undefined;
      await clock.sleep(pollMs);
    }
  })();
  return {
    inSyncAt: () => since,
    stop: async () => {
      stopping = true;
      await watching;
    },
  };
}
