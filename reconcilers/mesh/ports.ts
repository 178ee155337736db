import { marks } from '../marks.ts';
import type { OvsBridge } from '../questions/ovs.ts';
import type { DesiredMesh, TenantPort, Tunnel } from './desired.ts';
import { compare, type Field, type Finding } from './switch.ts';

export function tunnelFindings(
  desired: DesiredMesh,
  tunnel: Tunnel,
  bridge: OvsBridge | undefined,
  elsewhere: readonly OvsBridge[],
): readonly Finding[] {
  const { subject, port: name, remote, key, peer } = tunnel;
  const base = { subject, hurts: desired.tenants };
  if (!remote)
    return [
      {
        ...base,
        field: `Port ${name}`,
        want: `GRE to ${peer}`,
        have: 'address not known',
        operations: [],
        later: `instance/${peer} is not seen`,
      },
    ];
  const want = {
    op: 'tunnel',
    bridge: desired.bridge.name,
    port: name,
    remote,
    key,
    marks: desired.bridge.marks,
  } as const;
  const fields: readonly Field[] = [
    ['type', 'gre', (port) => port.type],
    ['options:remote_ip', remote, (port) => port.options['remote_ip'] ?? 'none'],
    ['options:key', String(key), (port) => port.options['key'] ?? 'none'],
    ['protected', 'true', (port) => String(port.protected)],
    ['tag', 'none', (port) => (port.tag === undefined ? 'none' : String(port.tag))],
  ];
  const findings = compare(base, want, fields, bridge, elsewhere);
  const before = keyBefore(desired, bridge);
  if (before === undefined) return findings;
  // To set up any tunnel would set its key: this end would speak with one, the other end with another.
  const stop = `the tunnels of this host all carry key ${before}: put it back into spec.mesh.greKey; changing it under running tenants is not supported. If the other hosts' tunnels carry ${key}, remove this host's (ovs-vsctl del-port): apply sets them up anew`;
  return findings.map((finding) => ({ ...finding, operations: [], stop: finding.stop ?? stop }));
}

/** The key of all tunnels that are there, where it is another than the declared one: then the document changed, and not a tunnel. */
function keyBefore({ bridge: want, tunnels }: DesiredMesh, bridge: OvsBridge | undefined): string | undefined {
  const ours = (bridge?.ports ?? []).filter(
    (port) => port.type === 'gre' && port.marks[marks.ovsCluster] === want.marks[marks.ovsCluster],
  );
  const [key, ...others] = new Set(ours.map((port) => port.options['key']));
  return ours.length > 1 && !others.length && key !== String(tunnels[0]?.key) ? key : undefined;
}

export function portFindings(
  desired: DesiredMesh,
  wanted: TenantPort,
  bridge: OvsBridge | undefined,
  elsewhere: readonly OvsBridge[],
): readonly Finding[] {
  const { subject, tenant, port: name, tag, mtu } = wanted;
  const owner = { ...desired.bridge.marks, [marks.ovsTenant]: tenant };
  const want = { op: 'internal', bridge: desired.bridge.name, port: name, tag, mtu, marks: owner } as const;
  const fields: readonly Field[] = [
    ['type', 'internal', (port) => port.type],
    ['tag', String(tag), (port) => (port.tag === undefined ? 'none' : String(port.tag))],
    ['mtu_request', String(mtu), (port) => String(port.mtuRequest ?? 'none')],
  ];
  return compare({ subject, hurts: [tenant] }, want, fields, bridge, elsewhere);
}
