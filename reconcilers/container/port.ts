import { act, blind, type Drift, operator, wait } from '../drift.ts';
import { marks } from '../marks.ts';
import type { Observation } from '../observation.ts';
import type { Link } from '../questions/links.ts';
import type { Ovs, OvsPort } from '../questions/ovs.ts';
import type { Around } from './around.ts';
import { type DesiredMember, findingOf } from './desired.ts';
import { runtimes } from './runtimes/index.ts';

/** A running container's veth: the device on the host, and its port in Open vSwitch. */
export function portDrift(desired: DesiredMember, seen: Around): readonly Drift[] {
  const { container } = desired;
  const { port: name, mtu } = container.attachment;
  const finding = findingOf(desired);
  const field = `Port ${name}`;
  const hidden = [seen.ovs, seen.links].find((one) => one.state === 'unknown');
  if (hidden?.state === 'unknown') return [finding(field, 'attached', 'could not be seen', blind(hidden.reason))];
  const link = seen.links.state === 'present' ? seen.links.value.find((one) => one.name === name) : undefined;
  if (!link) {
    // Nothing can give a running container its veth back. It is cut off already: the restart costs its tenant nothing more.
    const restart = runtimes[container.cluster.runtime.type].restart(container);
    return [finding(`device ${name}`, 'there', 'not there', act([restart], [container.tenant.name]))];
  }
  const up = act([{ verb: 'link-up', host: container.host, device: name, mtu, addresses: [] }]);
  const device: readonly (readonly [string, string, string])[] = [
    ['state', 'up', link.up ? 'up' : 'down'],
    ['mtu', String(mtu), String(link.mtu)],
  ];
  const wrong = device.filter(([, want, have]) => want !== have);
  return [
    ...wrong.map(([what, want, have]) => finding(`device ${name} ${what}`, want, have, up)),
    ...switchDrift(desired, seen.ovs, link),
  ];
}

/** Why the port of the member's name must not be taken out: it is another's. */
export function portIsForeign({ container }: DesiredMember, ovs: Observation<Ovs>): string | undefined {
  const found = ovs.state === 'present' ? find(ovs.value, container.attachment.port) : undefined;
  if (!found || found.port.marks[marks.ovsCluster] === container.cluster.name) return undefined;
  const whose = found.port.marks[marks.ovsCluster] ?? 'nobody we know';
  return `port ${found.port.name} on bridge ${found.bridge} belongs to ${whose}: take it out (ovs-vsctl del-port ${found.port.name})`;
}

function switchDrift(desired: DesiredMember, ovs: Observation<Ovs>, link: Link): readonly Drift[] {
  const { container } = desired;
  const { attachment } = container;
  const finding = findingOf(desired);
  const field = `Port ${attachment.port}`;
  const foreign = portIsForeign(desired, ovs);
  if (foreign) return [finding(`${field} owner`, container.cluster.name, 'another', operator(foreign))];
  const anew = act([runtimes[container.cluster.runtime.type].attach(container)]);
  const found = ovs.state === 'present' ? find(ovs.value, attachment.port) : undefined;
  if (!found) return [finding(field, `on ${attachment.bridge}`, 'not there', anew)];
  const { port, bridge } = found;
  if (bridge !== attachment.bridge) return [finding(field, `on ${attachment.bridge}`, `on ${bridge}`, anew)];
  // A veth made anew under the old name: up, without error, and nothing passes.
  const index = port.marks[marks.ovsIndex];
  if (index !== String(link.index)) return [finding(`${field} ifindex`, String(link.index), index ?? 'none', anew)];
  if (port.error) return [finding(`${field} error`, 'none', port.error, anew)];
  if (port.ofport === -1) return [finding(`${field} ofport`, 'one', '-1', anew)];
  return [...tagDrift(desired, port), ...unset(port, field, finding)];
}

function unset(port: OvsPort, field: string, finding: ReturnType<typeof findingOf>): readonly Drift[] {
  if (port.ofport !== undefined) return [];
  return [finding(`${field} ofport`, 'one', 'none yet', wait('ovs-vswitchd has not set it up yet'))];
}

/** A wrong tag or tenant is set right on the port as it is: no packet is lost that would have gone the right way. */
function tagDrift(desired: DesiredMember, port: OvsPort): readonly Drift[] {
  const { host, attachment } = desired.container;
  const { bridge, tag } = attachment;
  const set = { op: 'access', bridge, port: attachment.port, tag, marks: attachment.marks } as const;
  const remedy = act([{ verb: 'ovs-transaction', host, operations: [set] }]);
  const fields: readonly (readonly [string, string, string])[] = [
    ['tag', String(tag), port.tag === undefined ? 'none' : String(port.tag)],
    ['tenant', String(attachment.marks[marks.ovsTenant]), port.marks[marks.ovsTenant] ?? 'none'],
  ];
  return fields
    .filter(([, want, have]) => want !== have)
    .map(([field, want, have]) => findingOf(desired)(`Port ${port.name} ${field}`, want, have, remedy));
}

function find(ovs: Ovs, name: string): { readonly bridge: string; readonly port: OvsPort } | undefined {
  for (const bridge of ovs.bridges) {
    const port = bridge.ports.find((one) => one.name === name);
    if (port) return { bridge: bridge.name, port };
  }
  return undefined;
}
