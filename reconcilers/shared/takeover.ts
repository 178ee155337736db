import type { ProxyPair } from '../../crds/fleet.ts';
import type { TakeoverOutcome } from '../../renderers/keepalived/takeover.ts';
import type { Instance } from '../facts/ec2/instance.ts';
import type { InstanceType } from '../facts/ec2/launch-inputs.ts';
import type { Keepalived } from '../facts/keepalived/keepalived.ts';
import { type Observation, reasonOf } from '../facts/observation.ts';
import type { FactRequestOf } from '../facts/requests.ts';

/** Why a proxy could not assign the virtual address to its own network interface, or route it there. `room`: that has as many addresses as it may. */
export type TakeoverCause = Exclude<TakeoverOutcome, 'able'> | 'room';

/** What is known of a proxy that does not have the address. */
export interface TakeoverState {
  readonly faults: readonly { readonly cause: TakeoverCause; readonly words: string }[];
  /** It will be known within seconds. */
  readonly pending: boolean;
  /** Why it is not known. */
  readonly unknown: string | undefined;
}

export interface TakeoverObserved extends Address {
  readonly instance: Observation<Instance>;
  readonly keepalived: Keepalived;
  /** The answer to `typesFor`. */
  readonly types: Observation<readonly InstanceType[]> | undefined;
}

/** A virtual IP, as a ProxyPair has it. */
type Address = Pick<ProxyPair, 'vip'> & Partial<Pick<ProxyPair, 'overlay'>>;

/** The host checks itself every minute, which may take half a minute. What is older is not evidence. */
const freshSeconds = 180;
const pendingSeconds = 30;
/** Every instance type allows at least two addresses for each network interface. */
const leastAddresses = 2;

/** Whether a proxy could take the address over. A VRRP master is not asked: it has the address, or tries to get it. */
export function takeoverStateOf({ vip, overlay, instance, keepalived, types }: TakeoverObserved): TakeoverState {
  const { vrrp, takeover } = keepalived;
  const none = { faults: [], pending: false, unknown: undefined };
  if (!vrrp || vrrp.state === 'MASTER') return none;
  const room = roomOf({ vip, overlay }, instance, types);
  const full = room && 'words' in room ? [{ cause: 'room', words: room.words } as const] : [];
  const unknown = room && 'unknown' in room ? room.unknown : undefined;
  if (!takeover) return { faults: full, pending: true, unknown };
  if (takeover.agoSeconds > freshSeconds) {
    if (vrrp.forSeconds < pendingSeconds) return { faults: full, pending: true, unknown };
    return { faults: full, pending: false, unknown: `the host last checked it ${takeover.agoSeconds} s ago` };
  }
  const { outcome, words } = takeover;
  return { faults: [...full, ...(outcome === 'able' ? [] : [{ cause: outcome, words }])], pending: false, unknown };
}

/** The request for the limit of addresses of the host's instance type. Not needed for a route, or as long as any type has room. */
export function typesFor(
  { vip, overlay }: Address,
  instance: Observation<Instance>,
): readonly FactRequestOf<'instance-types'>[] {
  const { addresses = [], type } = instance.state === 'present' ? instance.value : {};
  const needed = !overlay && type !== undefined && addresses.length >= leastAddresses && !addresses.includes(vip);
  return needed ? [{ fact: 'instance-types', names: [type] }] : [];
}

function roomOf(
  address: Address,
  instance: Observation<Instance>,
  types: TakeoverObserved['types'],
): { readonly words: string } | { readonly unknown: string } | undefined {
  if (instance.state !== 'present' || !typesFor(address, instance).length) return undefined;
  const { addresses, type, networkInterfaceId } = instance.value;
  if (types?.state !== 'present')
    return { unknown: `the limit of addresses of ${type}: ${types ? reasonOf(types) : 'it was not requested'}` };
  const limit = types.value.find(({ name }) => name === type)?.addresses;
  if (limit === undefined) return { unknown: `EC2 does not show how many addresses ${type} allows` };
  return addresses.length < limit
    ? undefined
    : { words: `${networkInterfaceId} has ${addresses.length} addresses, and ${type} allows ${limit}` };
}
