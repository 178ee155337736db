import { markers } from '../../renderers/lib/markers.ts';
import type { Finding } from '../contract/finding.ts';
import type { Reason } from '../contract/reasons.ts';
import { act, manual, notObserved, type Remedy, settling } from '../contract/remedy.ts';
import type { ContainerFacts } from '../facts/container/container-facts.ts';
import type { Link } from '../facts/host/links.ts';
import type { Observation } from '../facts/observation.ts';
import type { Ovs, OvsPort } from '../facts/ovs/ovs.ts';
import { type DesiredMember, findingsOf } from './desired.ts';
import { foreignPort } from './messages.ts';
import type { RelatedFacts } from './related-facts.ts';
import { runtimes } from './runtimes/index.ts';

/** A running container's veth: the device on the host, and its port in Open vSwitch. */
export function portFindings(
  desired: DesiredMember,
  { mtu: inside }: ContainerFacts,
  seen: RelatedFacts,
): readonly Finding[] {
  const { container } = desired;
  const { port: name, mtu } = container.attachment;
  const finding = findingsOf(desired);
  const unknown = [seen.ovs, seen.links].find((one) => one.state === 'unknown');
  if (unknown)
    return [finding('NotObserved', `Port ${name}`, { have: 'unknown', want: 'present' }, notObserved(unknown))];
  const link = seen.links.state === 'present' ? seen.links.value.find((one) => one.name === name) : undefined;
  if (!link) {
    // A running container cannot be given its veth back. It is cut off already, so the restart costs its tenant nothing more.
    const restart = act([runtimes[container.cluster.runtime.type].restart(container)], [container.tenant.name]);
    return [finding('ContainerDeviceMissing', `device ${name}`, { have: 'absent', want: 'present' }, restart)];
  }
  const up = act([{ operation: 'link-up', host: container.host, device: name, mtu, addresses: [] }]);
  const device: readonly (readonly [string, string, string])[] = [
    ['state', 'up', link.up ? 'up' : 'down'],
    ['mtu', String(mtu), String(link.mtu)],
  ];
  // What the container sends in its size would be lost at a smaller device. Its restart, which gives it a smaller one, does both.
  const isHeld = link.mtu > mtu && (inside === undefined || inside > mtu);
  const wrong = device.filter(([what, want, have]) => want !== have && !(what === 'mtu' && isHeld));
  return [
    ...wrong.map(([what, want, have]) =>
      finding('ContainerDeviceDiffers', `device ${name} ${what}`, { have, want }, up),
    ),
    ...attachmentFindings(desired, seen.ovs, link),
  ];
}

/** Why the port of the member's name must not be deleted: it is not this Cluster's. Undefined if it is, or if there is none. */
export function portIsForeign({ container }: DesiredMember, ovs: Observation<Ovs>): string | undefined {
  const found = ovs.state === 'present' ? find(ovs.value, container.attachment.port) : undefined;
  if (!found || ownerOf(found.port) === container.cluster.name) return undefined;
  return foreignPort(found.port.name, found.bridge, ownerOf(found.port));
}

function attachmentFindings(desired: DesiredMember, ovs: Observation<Ovs>, link: Link): readonly Finding[] {
  const { container } = desired;
  const { port: name, bridge } = container.attachment;
  const finding = findingsOf(desired);
  const field = `Port ${name}`;
  const found = ovs.state === 'present' ? find(ovs.value, name) : undefined;
  const foreign = portIsForeign(desired, ovs);
  if (found && foreign) {
    const values = { have: ownerOf(found.port) ?? 'none', want: container.cluster.name };
    return [finding('ForeignOwner', `${field} owner`, values, manual(foreign))];
  }
  const attach = act([runtimes[container.cluster.runtime.type].attach(container)]);
  if (!found) return [finding('ContainerPortMissing', field, { have: 'absent', want: 'present' }, attach)];
  if (found.bridge !== bridge)
    return [finding('ContainerPortMissing', `${field} bridge`, { have: found.bridge, want: bridge }, attach)];
  const fault = faultOf(found.port, link, attach);
  if (fault) return [finding(fault.reason, `${field} ${fault.column}`, fault, fault.remedy)];
  return [...tagFindings(desired, found.port), ...pendingFindings(desired, found.port)];
}

interface PortFault {
  readonly reason: Reason;
  /** The column of the port's row in Open vSwitch. */
  readonly column: string;
  readonly have: string;
  readonly want: string;
  readonly remedy: Remedy;
}

/** Why no packet passes through the port, though it is on the bridge; undefined if one does. */
function faultOf(port: OvsPort, link: Link, remedy: Remedy): PortFault | undefined {
  // A veth recreated under the old name: it is up, without error, and no packet passes.
  const index = port.marks[markers.ovsIndex];
  const want = String(link.index);
  if (index !== want) return { reason: 'ContainerPortStale', column: 'ifindex', have: index ?? 'none', want, remedy };
  if (port.error) return { reason: 'ContainerPortFailed', column: 'error', have: port.error, want: 'none', remedy };
  if (port.ofport === -1)
    return { reason: 'ContainerPortFailed', column: 'ofport', have: '-1', want: 'assigned', remedy };
  return undefined;
}

function pendingFindings(desired: DesiredMember, port: OvsPort): readonly Finding[] {
  if (port.ofport !== undefined) return [];
  const remedy = settling('ovs-vswitchd has not set it up yet');
  const values = { have: 'none', want: 'assigned' };
  return [findingsOf(desired)('ContainerPortPending', `Port ${port.name} ofport`, values, remedy)];
}

/** A wrong tag or tenant is corrected on the existing port: no packet is lost that would have gone the right way. */
function tagFindings(desired: DesiredMember, port: OvsPort): readonly Finding[] {
  const { host, attachment } = desired.container;
  const { bridge, tag } = attachment;
  const set = { op: 'access', bridge, port: attachment.port, tag, marks: attachment.marks } as const;
  const remedy = act([{ operation: 'ovs-transaction', host, operations: [set] }]);
  const fields: readonly (readonly [string, string, string])[] = [
    ['tag', String(tag), port.tag === undefined ? 'none' : String(port.tag)],
    ['tenant', String(attachment.marks[markers.ovsTenant]), port.marks[markers.ovsTenant] ?? 'none'],
  ];
  const finding = findingsOf(desired);
  return fields
    .filter(([, want, have]) => want !== have)
    .map(([field, want, have]) =>
      finding('ContainerPortDiffers', `Port ${port.name} ${field}`, { have, want }, remedy),
    );
}

/** The Cluster that the port says it belongs to. */
function ownerOf(port: OvsPort): string | undefined {
  return port.marks[markers.ovsCluster];
}

function find(ovs: Ovs, name: string): { readonly bridge: string; readonly port: OvsPort } | undefined {
  for (const bridge of ovs.bridges) {
    const port = bridge.ports.find((one) => one.name === name);
    if (port) return { bridge: bridge.name, port };
  }
  return undefined;
}
