import { act, blind, type Drift, type Remedy, wait } from '../drift.ts';
import { marks } from '../marks.ts';
import type { Observation } from '../observation.ts';
import type { Link } from '../questions/links.ts';
import type { OvsBridge, OvsPort } from '../questions/ovs.ts';
import type { DesiredMesh, TenantPort } from './desired.ts';
import { isRealised } from './switch.ts';

/** What the kernel shows of the tenants' ports: up, MTU, address. OVS brings internal ports back down and bare after a reboot. */
export function linkDrift(
  desired: DesiredMesh,
  bridge: OvsBridge | undefined,
  links: Observation<readonly Link[]>,
): readonly Drift[] {
  // A port of our name that is another's keeps the addresses that it has.
  const ours = (one: OvsPort) => one.marks[marks.ovsCluster] === desired.bridge.marks[marks.ovsCluster];
  const realised = (port: TenantPort) =>
    bridge?.ports.some((one) => one.name === port.port && ours(one) && isRealised(one)) ?? false;
  return desired.ports.flatMap((port) => (realised(port) ? portDrift(desired.host, port, links) : []));
}

function portDrift(host: string, want: TenantPort, links: Observation<readonly Link[]>): readonly Drift[] {
  const finding = (field: string, wanted: string, have: string, remedy: Remedy): Drift => ({
    subject: want.subject,
    field: `${want.port} ${field}`,
    want: wanted,
    have,
    hurts: [want.tenant],
    remedy,
  });
  if (links.state === 'unknown') return [finding('device', 'up', 'could not be seen', blind(links.reason))];
  const link = links.state === 'present' ? links.value.find((one) => one.name === want.port) : undefined;
  if (!link) return [finding('device', 'there', 'not there', wait('ovs-vswitchd has not made the device yet'))];
  // The address that was declared before would answer beside the new one, and be the source of what goes out.
  const stale = link.addresses.filter((address) => address !== want.address).sort();
  const up = { verb: 'link-up', host, device: want.port, mtu: want.mtu, addresses: [want.address] } as const;
  // What HAProxy holds open from an address dies with it: one proxy after the other.
  const remedy = stale.length ? act([{ ...up, stale }], [want.tenant]) : act([up]);
  const differs: readonly (readonly [string, string, string])[] = [
    ['state', 'up', link.up ? 'up' : 'down'],
    ['mtu', String(want.mtu), String(link.mtu)],
    ['address', want.address, [...link.addresses].sort().join(', ') || 'none'],
  ];
  return differs
    .filter(([, wanted, have]) => wanted !== have)
    .map(([field, wanted, have]) => finding(field, wanted, have, remedy));
}
