import { act, dependsOn, manual, type Remedy, type Waiting } from '../contract/remedy.ts';
import type { Keepalived } from '../facts/keepalived/keepalived.ts';
import type { Observation } from '../facts/observation.ts';
import type { Ovs, OvsBridge } from '../facts/ovs/ovs.ts';
import { ownBridges } from '../shared/bridge-in-force.ts';
import { isChangedLast } from '../shared/pair-order.ts';
import type { DesiredMesh } from './desired.ts';
import { datapathStays, notWithoutStandby, standbyFirst } from './messages.ts';
import type { OvsDifference } from './ovs-diff.ts';

/** For about how long nothing passes through the ports of a host, until what was lost has been sent again. */
const interruptionSeconds = 1;

/** What was observed of both proxies of a pair that bears on which of them is changed first. */
export interface PairTurn {
  readonly ovsOfPeer: Observation<Ovs>;
  readonly own: Observation<Keepalived>;
  readonly peer: Observation<Keepalived>;
}

/**
 * The bridges of this Cluster that have another name than declared: their ports move to the one of that name at once. One host after the
 * other, as the disruption budget has it. None while a foreign bridge has that name.
 */
export function renameDifferences(declared: DesiredMesh, { bridges }: Ovs, turn: PairTurn): readonly OvsDifference[] {
  const { subject, host, cluster, bridge, tenants } = declared;
  const own = ownBridges(cluster, bridges);
  if (bridges.some((one) => one.name === bridge.name && !own.includes(one))) return [];
  return own
    .filter((one) => one.name !== bridge.name)
    .map((one) => {
      const datapath = one.datapathType || 'system';
      const move = {
        operation: 'ovs-bridge',
        host,
        from: one.name,
        bridge: bridge.name,
        datapath,
        marks: bridge.marks,
      } as const;
      const values = { field: `Bridge ${bridge.name}`, have: one.name, want: bridge.name } as const;
      const remedy = waitForStandby(declared, turn) ?? act([move], tenants, interruptionSeconds);
      return { subject, impacts: [], reason: 'BridgeRenamed', ...values, remedy };
    });
}

/**
 * Another datapath under a bridge that carries tenants. The host depends on the kernel's module for `system`. The userspace datapath would
 * need the host's own address on a bridge of its own, and members that complete their checksums: it is not set under members that run.
 */
export function datapathRemedy(
  desired: DesiredMesh,
  { name }: OvsBridge,
  turn: PairTurn,
): Remedy & OvsDifference['remedy'] {
  const { host, bridge, tenants } = desired;
  const { datapath, marks } = bridge;
  if (datapath !== 'system') return manual(datapathStays);
  const change = { operation: 'ovs-bridge', host, from: name, bridge: name, datapath, marks } as const;
  return waitForStandby(desired, turn) ?? act([change], tenants, interruptionSeconds);
}

/** The proxy with the virtual IP comes after the other one. Undefined: it is this host's turn. */
function waitForStandby(
  { cluster, pair, ports }: DesiredMesh,
  { ovsOfPeer, own, peer }: PairTurn,
): Waiting | undefined {
  if (!pair || !ports.length || pair.peer.down) return undefined;
  const { host } = pair.peer;
  if (ovsOfPeer.state === 'unknown' || own.state !== 'present' || peer.state !== 'present')
    return dependsOn(`mesh/${host}`, notWithoutStandby(host));
  const bridges = ovsOfPeer.state === 'present' ? ownBridges(cluster, ovsOfPeer.value.bridges) : [];
  const { bridge, datapath } = cluster.mesh;
  const isAsDeclared = bridges.every((one) => one.name === bridge && (one.datapathType || 'system') === datapath);
  if (isAsDeclared || !isChangedLast(own.value, peer.value, pair.firstOfPair)) return undefined;
  return dependsOn(`mesh/${host}`, standbyFirst(host));
}
