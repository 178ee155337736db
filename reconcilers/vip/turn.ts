import { vipPlaces } from '../../renderers/lib/proxy-paths.ts';
import { digest } from '../../renderers/lib/text.ts';
import { act, dependsOn, type Remedy } from '../contract/remedy.ts';
import type { Link } from '../facts/host/links.ts';
import type { UnitFacts } from '../facts/host/units.ts';
import type { Keepalived } from '../facts/keepalived/keepalived.ts';
import type { Observation } from '../facts/observation.ts';
import type { Action } from '../operations/actions.ts';
import { deviceWith } from '../shared/network-device.ts';
import { isChangedLast } from '../shared/pair-order.ts';
import type { DesiredKeepalived } from './desired.ts';
import { configurationOf } from './files.ts';
import { notWithoutPeer, ownerLast, peerChangesFirst, peerStopsFirst } from './messages.ts';

/** What was observed of keepalived on one host. */
export interface KeepalivedObserved {
  readonly keepalived: Observation<Keepalived>;
  readonly links: Observation<readonly Link[]>;
  readonly units: Observation<readonly UnitFacts[]>;
}

/** What is to be done to keepalived of this host. `writes`: another keepalived.conf than the one on disk. */
export interface Change {
  readonly order: 'start' | 'reload';
  readonly writes: boolean;
  readonly actions: readonly Action[];
}

/** About how long a new virtual router id interrupts connections, measured in the lab. */
const interruptionSeconds = 1;

type Peer =
  | { readonly is: 'unobserved' | 'down' | 'stopped' }
  /** It runs with a virtual router id or a virtual IP that are no longer declared, or with the declared ones. */
  | { readonly is: 'former' | 'declared'; readonly keepalived: Keepalived; readonly ready: boolean };

/**
 * The change of one host, or what it waits for. keepalived is changed on one host after the other, the VRRP master last. Two proxies with
 * different virtual router ids, or different virtual IPs, do not hear each other, and both would become master. So for these the other
 * proxy stops its keepalived first, then the master reloads, and then the other one starts again: the address moves nowhere.
 */
export function inTurn(
  desired: DesiredKeepalived,
  own: Keepalived,
  change: Change,
  observed: KeepalivedObserved,
): Remedy {
  const peer = peerOf(desired, observed);
  const wait = (message: string) => dependsOn(desired.peerSubject, message);
  if (peer.is === 'unobserved' && (change.order === 'reload' || change.writes))
    return wait(notWithoutPeer(desired.peer));
  if (change.order === 'start') return toStart(desired, own, change, peer);
  const last = 'keepalived' in peer && isChangedLast(own, peer.keepalived, desired.firstOfPair);
  if (!isFormer(desired, own)) {
    const turn = peer.is === 'down' || !('keepalived' in peer ? last && !peer.ready : peer.is === 'stopped');
    return turn ? act(change.actions) : wait(ownerLast(desired.peer));
  }
  // They do not hear each other already, and the address moves to and fro until they agree.
  if (peer.is === 'declared') return act(change.actions);
  if (peer.is === 'former' && last) return wait(peerStopsFirst(desired.peer));
  if (peer.is === 'former' && isSplit(own, peer.keepalived)) return act(change.actions);
  // What the other proxy has stopped for is completed, whatever has happened meanwhile.
  if (peer.is === 'stopped') return act(change.actions);
  const pause = { operation: 'keepalived-pause', host: desired.host, pair: desired.pair } as const;
  const actions = peer.is === 'down' ? change.actions : [pause];
  // Clients do not come back by themselves to another virtual IP.
  return own.shared && own.shared.vip !== desired.vip
    ? act(actions, desired.tenants)
    : act(actions, desired.tenants, interruptionSeconds);
}

/** It starts with what the master has: with another virtual router id it would become master too. */
function toStart(desired: DesiredKeepalived, own: Keepalived, change: Change, peer: Peer): Remedy {
  if (peer.is !== 'former') return act(change.actions);
  if (peer.keepalived.vrrp?.state === 'MASTER') return dependsOn(desired.peerSubject, peerChangesFirst(desired.peer));
  // Nobody has the address: first with the file that is there, so that the two hear each other.
  const written = own.files.some(({ path }) => path === vipPlaces.configuration);
  return act(written ? change.actions.filter(({ operation }) => operation === 'unit') : change.actions);
}

function isSplit({ shared: here }: Keepalived, { shared: there }: Keepalived): boolean {
  return here !== undefined && there !== undefined && (here.routerId !== there.routerId || here.vip !== there.vip);
}

/** What is not known of a running keepalived, such as one that was just started, may be anything. */
function isFormer(desired: DesiredKeepalived, keepalived: Keepalived): boolean {
  return keepalived.shared === undefined || formerValues(desired, keepalived).length > 0;
}

/** What the running keepalived has, and both proxies must have alike to hear each other, and is not what is declared. */
export function formerValues(
  { vrrp, vip }: Pick<DesiredKeepalived, 'vrrp' | 'vip'>,
  { shared }: Pick<Keepalived, 'shared'>,
): readonly { readonly field: string; readonly have: string; readonly want: string }[] {
  if (!shared) return [];
  const compared = [
    { field: 'virtual router id', have: String(shared.routerId), want: String(vrrp.routerId) },
    { field: 'virtual IP as loaded', have: shared.vip, want: vip },
  ];
  return compared.filter(({ have, want }) => have !== want);
}

function peerOf(desired: DesiredKeepalived, { keepalived, links, units }: KeepalivedObserved): Peer {
  if (desired.peerDown) return { is: 'down' };
  if (keepalived.state !== 'present' || links.state !== 'present' || units.state !== 'present')
    return { is: 'unobserved' };
  if (!units.value.some(({ unit, active }) => unit === vipPlaces.unit && active === 'active')) return { is: 'stopped' };
  const { other } = desired;
  const address = other.instance.state === 'present' ? other.instance.value.privateAddress : undefined;
  const device = deviceWith(address, links)?.name;
  const wanted = device === undefined ? undefined : configurationOf(other, device);
  const { loaded, vrrp } = keepalived.value;
  const ready =
    wanted !== undefined && loaded === digest(wanted.content) && (vrrp?.state === 'BACKUP' || vrrp?.state === 'MASTER');
  const is = isFormer(desired, keepalived.value) ? 'former' : 'declared';
  return { is, keepalived: keepalived.value, ready };
}
