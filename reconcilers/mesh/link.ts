import { act, blind, type Drift, type Remedy, wait } from '../drift.ts';
import type { Observation } from '../observation.ts';
import type { Link } from '../questions/links.ts';
import type { OvsBridge } from '../questions/ovs.ts';
import type { DesiredMesh, TenantPort } from './desired.ts';
import { isRealised } from './switch.ts';

/** What the kernel shows of the tenants' ports: up, MTU, address. OVS brings internal ports back down and bare after a reboot. */
export function linkDrift(
  desired: DesiredMesh,
  bridge: OvsBridge | undefined,
  links: Observation<readonly Link[]>,
): readonly Drift[] {
  const realised = (port: TenantPort) =>
    bridge?.ports.some((one) => one.name === port.port && isRealised(one)) ?? false;
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
  const remedy = act([{ verb: 'link-up', host, device: want.port, mtu: want.mtu, addresses: [want.address] }]);
  const differs: readonly (readonly [string, string, string])[] = [
    ['state', 'up', link.up ? 'up' : 'down'],
    ['mtu', String(want.mtu), String(link.mtu)],
    [
      'address',
      want.address,
      link.addresses.includes(want.address) ? want.address : link.addresses.join(', ') || 'none',
    ],
  ];
  return differs
    .filter(([, wanted, have]) => wanted !== have)
    .map(([field, wanted, have]) => finding(field, wanted, have, remedy));
}
