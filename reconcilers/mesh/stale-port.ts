import type { TenantName } from '../../crds/fleet.ts';
import { markers } from '../../renderers/lib/markers.ts';
import type { Containers } from '../facts/container/container-facts.ts';
import type { Observation } from '../facts/observation.ts';
import type { OvsBridge, OvsPort } from '../facts/ovs/ovs.ts';
import { bootFile } from './boot.ts';
import type { DesiredMesh } from './desired.ts';
import { fixedBy, type OvsDifference } from './ovs-diff.ts';

/**
 * Ports that an earlier VLAN of a tenant left behind beside its declared one, with the same network: packets leave by either of them. One is
 * dropped once every Redis host was observed, and no container of the tenant is in its VLAN. `containers`: of all Redis hosts.
 */
export function stalePorts(
  { bridge: { marks }, ports }: DesiredMesh,
  bridge: OvsBridge | undefined,
  containers: readonly Observation<Containers>[],
): readonly OvsPort[] {
  if (!bridge || containers.some(({ state }) => state === 'unknown')) return [];
  const used = (tenant: TenantName, vlan: number | undefined) =>
    containers.some(
      (one) =>
        one.state === 'present' &&
        one.value.containers.some(({ mark }) => mark?.tenant === tenant && mark.vlan === vlan),
    );
  return bridge.ports.filter((port) => {
    const tenant = port.marks[markers.ovsTenant];
    if (port.type !== 'internal' || port.marks[markers.ovsCluster] !== marks[markers.ovsCluster]) return false;
    const declared = ports.find((one) => one.tenant === tenant);
    const isDeclared = ports.some((one) => one.port === port.name);
    return declared !== undefined && !isDeclared && !used(declared.tenant, port.tag);
  });
}

export function stalePortDifferences(
  { host, bridge }: DesiredMesh,
  stale: readonly OvsPort[],
): readonly OvsDifference[] {
  return stale.map(({ name, tag, marks }) => {
    const tenant = marks[markers.ovsTenant] ?? '';
    return {
      subject: `mesh/${host}:${tenant}` as const,
      impacts: [tenant],
      reason: 'PortStale',
      field: `Port ${name}`,
      have: `in VLAN ${tag ?? 'none'}, which no member is in`,
      want: 'absent',
      remedy: { ...fixedBy({ op: 'drop-port', bridge: bridge.name, port: name }), removes: [bootFile(name)] },
    };
  });
}
