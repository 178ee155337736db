import { markers } from '../../renderers/lib/markers.ts';
import { dependsOn, manual } from '../contract/remedy.ts';
import type { OvsBridge } from '../facts/ovs/ovs.ts';
import type { DesiredMesh, TenantPort, Tunnel } from './desired.ts';
import { greKeyDiffers } from './messages.ts';
import { compare, type Field, type OvsDifference } from './ovs-diff.ts';

/** What differs in one tunnel of the host. */
export function tunnelDifferences(
  desired: DesiredMesh,
  tunnel: Tunnel,
  bridge: OvsBridge | undefined,
  otherBridges: readonly OvsBridge[],
): readonly OvsDifference[] {
  const { subject, port, remote, key, peer } = tunnel;
  const base = { subject, impacts: desired.tenants };
  if (!remote) {
    const values = { field: `Port ${port}`, have: 'peer address unknown', want: `GRE to ${peer}` };
    return [{ ...base, ...values, reason: 'PeerAddressUnknown', remedy: dependsOn(`instance/${peer}`) }];
  }
  const { name, marks } = desired.bridge;
  const want = { op: 'tunnel', bridge: name, port, remote, key, marks } as const;
  const fields: readonly Field[] = [
    ['type', 'gre', (one) => one.type],
    ['options:remote_ip', remote, (one) => one.options['remote_ip'] ?? 'none'],
    ['options:key', String(key), (one) => one.options['key'] ?? 'none'],
    ['protected', 'true', (one) => String(one.protected)],
    ['tag', 'none', tagOf],
  ];
  const differences = compare(base, want, fields, bridge, otherBridges);
  const otherKey = commonOtherKey(desired, bridge);
  if (otherKey === undefined) return differences;
  // Setting up any tunnel would also set its key, and the two ends would use different ones.
  const stop = manual(greKeyDiffers(otherKey, key));
  return differences.map((one) =>
    one.remedy.by === 'manual' ? one : { ...one, reason: 'GreKeyDiffers', remedy: stop },
  );
}

/** The key of all existing tunnels, if it is not the declared one: then the document has changed, not a tunnel. */
function commonOtherKey({ bridge: want, tunnels }: DesiredMesh, bridge: OvsBridge | undefined): string | undefined {
  const own = (bridge?.ports ?? []).filter(
    (port) => port.type === 'gre' && port.marks[markers.ovsCluster] === want.marks[markers.ovsCluster],
  );
  const [key, ...others] = new Set(own.map((port) => port.options['key']));
  return own.length > 1 && !others.length && key !== String(tunnels[0]?.key) ? key : undefined;
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
