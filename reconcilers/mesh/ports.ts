import { markers } from '../../renderers/lib/markers.ts';
import { dependsOn } from '../contract/remedy.ts';
import type { Observation } from '../facts/observation.ts';
import type { Ovs, OvsBridge } from '../facts/ovs/ovs.ts';
import type { DesiredMesh, TenantPort, Tunnel } from './desired.ts';
import { keyNotObserved, otherEndFirst } from './messages.ts';
import { compare, type Field, type OvsDifference } from './ovs-diff.ts';
import { isConnected, keyOf, keyStep, keyText, type OtherEnd, otherEnd, type TunnelKey } from './tunnel-key.ts';

/** What differs in one tunnel of the host. `ofPeer`: Open vSwitch of the host at the other end. */
export function tunnelDifferences(
  desired: DesiredMesh,
  tunnel: Tunnel,
  bridge: OvsBridge | undefined,
  otherBridges: readonly OvsBridge[],
  ofPeer: Observation<Ovs>,
): readonly OvsDifference[] {
  const { subject, port, remote, key, peer } = tunnel;
  const base = { subject, impacts: desired.tenants };
  if (!remote) {
    const values = { field: `Port ${port}`, have: 'peer address unknown', want: `GRE to ${peer}` };
    return [{ ...base, ...values, reason: 'PeerAddressUnknown', remedy: dependsOn(`instance/${peer}`) }];
  }
  const existing = bridge?.ports.find(({ name, type }) => name === port && type === 'gre');
  const [own, other] = [existing && keyOf(existing), otherEnd(desired.host, ofPeer)];
  const step = keyStep(key, own, other);
  const now = step.next === 'set' ? step.to : step.is;
  const { name, marks } = desired.bridge;
  const keys = { key: now.key, ...(now.any ? { anyKey: true as const } : {}) };
  const want = { op: 'tunnel', bridge: name, port, remote, ...keys, marks } as const;
  const fields: readonly Field[] = [
    ['type', 'gre', (one) => one.type],
    ['options:remote_ip', remote, (one) => one.options['remote_ip'] ?? 'none'],
    [keyField, String(key), keyText],
    ['protected', 'true', (one) => String(one.protected)],
    ['tag', 'none', tagOf],
  ];
  const changed = own && changedKey(desired, tunnel, own, other);
  return compare(base, want, fields, bridge, otherBridges).map((one) =>
    changed && one.field === `Port ${port} ${keyField}` ? { ...one, ...changed } : one,
  );
}

const keyField = 'options:key';

/** A key that is changed at both ends, without an interruption. Undefined: this end alone has another one, and is cut off. */
function changedKey(
  { host }: DesiredMesh,
  { key, peer }: Tunnel,
  own: TunnelKey,
  other: OtherEnd,
): Partial<OvsDifference> | undefined {
  if (other === 'none' || (other !== 'unknown' && !isConnected(own, other))) return undefined;
  const changed = { reason: 'GreKeyDiffers', impacts: [] } as const;
  const step = keyStep(key, own, other);
  if (step.next === 'set') return changed;
  const isUnknown = step.for === 'observation';
  const remedy = isUnknown
    ? dependsOn(`mesh/${peer}`, keyNotObserved(peer))
    : dependsOn(`mesh/${peer}>${host}`, otherEndFirst(peer));
  return { ...changed, remedy };
}

/** What differs in one tenant port of a proxy. */
export function portDifferences(
  desired: DesiredMesh,
  { subject, tenant, port, tag, mtu }: TenantPort,
  bridge: OvsBridge | undefined,
  otherBridges: readonly OvsBridge[],
): readonly OvsDifference[] {
  const marks = { ...desired.bridge.marks, [markers.ovsTenant]: tenant };
  const want = { op: 'internal', bridge: desired.bridge.name, port, tag, mtu, marks } as const;
  const fields: readonly Field[] = [
    ['type', 'internal', (one) => one.type],
    ['tag', String(tag), tagOf],
    ['mtu_request', String(mtu), (one) => String(one.mtuRequest ?? 'none')],
  ];
  return compare({ subject, impacts: [tenant] }, want, fields, bridge, otherBridges);
}

function tagOf({ tag }: { readonly tag: number | undefined }): string {
  return String(tag ?? 'none');
}
