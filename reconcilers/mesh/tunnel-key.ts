import type { HostName } from '../../crds/fleet.ts';
import type { Observation } from '../facts/observation.ts';
import type { Ovs, OvsPort } from '../facts/ovs/ovs.ts';
import { tunnelPort } from '../shared/names.ts';

/** The key that one end of a tunnel sends. It accepts that one, or (`any`) whatever comes from the other host. */
export interface TunnelKey {
  readonly key: number;
  readonly any: boolean;
}

/** The other end. `none`: there is no port, or it carries no tunnel; `unknown`: its host was not observed. */
export type OtherEnd = TunnelKey | 'none' | 'unknown';

/** What comes next for one end: another key is set, or it stays as it is until the other end has followed or is observed. */
export type KeyStep =
  | { readonly next: 'set'; readonly to: TunnelKey }
  | { readonly next: 'wait'; readonly is: TunnelKey; readonly for: 'peer' | 'observation' };

/**
 * The next key of one end, so that each end accepts what the other one sends at any time, whichever of them acts first or does not act at
 * all: both accept any key and send the former one; then send the declared one; then accept only that. `in_key=flow` accepts any key from
 * `remote_ip`, and a port with that very key comes before it (Tunnel Options in ovs-vswitchd.conf.db(5)). No packet is lost when these
 * options change, and the port keeps what it has learned: seen with Open vSwitch 3.1, a packet each 10 ms.
 */
export function keyStep(declared: number, own: TunnelKey | undefined, other: OtherEnd): KeyStep {
  const final = { key: declared, any: false };
  // Where no end carries anything, none is cut: the other one follows.
  if (!own || other === 'none' || isSame(own, final)) return { next: 'set', to: final };
  if (other === 'unknown') return { next: 'wait', is: own, for: 'observation' };
  const key = other.any ? declared : other.key;
  const to = { key, any: key !== declared || other.key !== declared };
  return isSame(own, to) ? { next: 'wait', is: own, for: 'peer' } : { next: 'set', to };
}

/** Whether each end accepts what the other one sends. */
export function isConnected(one: TunnelKey, other: TunnelKey): boolean {
  return (one.any || one.key === other.key) && (other.any || one.key === other.key);
}

/** The key of a port; undefined if it has none, or two different ones. */
export function keyOf({ options }: Pick<OvsPort, 'options'>): TunnelKey | undefined {
  const [sent = '', accepted] = [options['out_key'] ?? options['key'], options['in_key'] ?? options['key']];
  const isUsable = /^\d+$/.test(sent) && (accepted === 'flow' || accepted === sent);
  return isUsable ? { key: Number(sent), any: accepted === 'flow' } : undefined;
}

/** The end on `peer` of its tunnel to `host`, on whatever bridge it is there. */
export function otherEnd(host: HostName, ofPeer: Observation<Ovs>): OtherEnd {
  if (ofPeer.state === 'unknown') return 'unknown';
  const bridges = ofPeer.state === 'present' ? ofPeer.value.bridges : [];
  const ports = bridges.flatMap((bridge) => bridge.ports);
  const port = ports.find(({ name, type }) => name === tunnelPort(host) && type === 'gre');
  return (port && keyOf(port)) ?? 'none';
}

/** `7`, or `7, accepts any`: for a finding. */
export function keyText({ options }: Pick<OvsPort, 'options'>): string {
  const own = keyOf({ options });
  if (own) return own.any ? `${own.key}, accepts any` : String(own.key);
  return options['key'] ?? options['out_key'] ?? 'none';
}

function isSame(one: TunnelKey, other: TunnelKey): boolean {
  return one.key === other.key && one.any === other.any;
}
