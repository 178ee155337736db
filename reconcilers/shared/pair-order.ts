import type { HostName } from '../../crds/fleet.ts';
import type { Inventory } from '../contract/inventory.ts';
import type { Instance } from '../facts/ec2/instance.ts';
import type { Keepalived } from '../facts/keepalived/keepalived.ts';
import type { Observation } from '../facts/observation.ts';

/** The other proxy of a pair. `down`: EC2 shows no running instance, so that it serves nothing, even if it cannot be observed. */
export interface PairPeer {
  readonly host: HostName;
  readonly down: boolean;
}

const downStates = ['stopped', 'terminated', 'shutting-down'];

export function isDown(instance: Observation<Instance> | undefined): boolean {
  return instance?.state === 'absent' || (instance?.state === 'present' && downStates.includes(instance.value.state));
}

/** It does not exist, or never again: what was on its disk cannot come back. */
export function isGone(instance: Observation<Instance> | undefined): boolean {
  return instance?.state === 'absent' || (instance?.state === 'present' && instance.value.state === 'terminated');
}

export function peerIn([first, second]: readonly [HostName, HostName], host: HostName, inventory: Inventory): PairPeer {
  const peer = host === first ? second : first;
  return { host: peer, down: isDown(inventory.get(peer)) };
}

/**
 * Which of two proxies is changed last: the VRRP master, which has the virtual IP. While not exactly one is master: the first host of
 * the pair, so that both sides decide alike.
 */
export function isChangedLast(own: Keepalived, peer: Keepalived, firstOfPair: boolean): boolean {
  const [here, there] = [own.vrrp?.state === 'MASTER', peer.vrrp?.state === 'MASTER'];
  return here === there ? firstOfPair : here;
}
