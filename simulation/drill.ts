import { TransportError } from '../controller/transport/errors.ts';
import type { RespConnection } from '../controller/transport/io.ts';
import type { RespCommand, RespReply, RespTarget } from '../reconcilers/facts/fact.ts';
import { isError } from '../reconcilers/facts/resp-replies.ts';
import type { ActionOf } from '../reconcilers/operations/actions.ts';
import { haproxyPlaces, vipPlaces } from '../renderers/lib/proxy-paths.ts';
import { reboot } from './boot.ts';
import { isNoReply, renderFact } from './facts.ts';
import { containerIn } from './members.ts';
import { endUnit } from './units.ts';
import { type HostWorld, OperationFailed, type World } from './world.ts';

/** A rehearsed failure. PID 1 of a member starts its Redis again; the daemons of a proxy stay down. */
export function killForDrill(world: World, host: HostWorld, { kill }: ActionOf<'drill-kill'>): void {
  if ('redis' in kill) {
    const container = containerIn(host, kill.redis);
    if (!container?.redis) throw new OperationFailed('no redis-server of this member is running');
    container.redis = undefined;
  } else if (kill.what === 'proxy') for (const unit of [vipPlaces.unit, haproxyPlaces.unit]) endUnit(world, host, unit);
  else reboot(host, world);
}

/** What clients have pushed to lists, by key. The simulated Redis replicates at once, so that nothing of it is ever lost. */
const lists = new WeakMap<World, Map<string, string[]>>();

/** A connection of a client: to a virtual address, which takes writes as the fact `service` says, or to a member, which answers INFO. */
export function dialed(world: World, endpoint: RespTarget): RespConnection {
  const send = async (commands: readonly RespCommand[]): Promise<readonly RespReply[]> => {
    const { member } = endpoint;
    if (member !== undefined) {
      const replies = answer(world, { fact: 'redis', endpoint: { ...endpoint, member }, settings: [] });
      const info = replies.find((reply) => typeof reply === 'string' && reply.includes('role:'));
      return commands.map(() => info ?? null);
    }
    const [refused] = answer(world, { fact: 'service', endpoint }).filter(isError);
    return commands.map((command) => refused ?? reply(listsOf(world), command));
  };
  return { send, close: () => {} };
}

function answer(world: World, request: Parameters<typeof renderFact>[1]): readonly RespReply[] {
  const replies = renderFact(world, request);
  if (isNoReply(replies)) throw new TransportError(replies.kind ?? 'unreachable', replies.noReply);
  return replies as readonly RespReply[];
}

function listsOf(world: World): Map<string, string[]> {
  const known = lists.get(world) ?? new Map<string, string[]>();
  lists.set(world, known);
  return known;
}

function reply(all: Map<string, string[]>, [name, key, value]: RespCommand): RespReply {
  const list = all.get(String(key)) ?? [];
  if (name === 'RPUSH') {
    all.set(String(key), [...list, String(value)]);
    return list.length + 1;
  }
  if (name === 'LINDEX') return list.at(-1) ?? null;
  if (name === 'LRANGE') return list;
  if (name === 'DEL') all.delete(String(key));
  return 1;
}
