import { blind, type Drift, operator, type Remedy } from '../drift.ts';
import type { Observation } from '../observation.ts';
import type { Link } from '../questions/links.ts';
import type { DesiredMesh } from './desired.ts';

/** The device that the tunnels run over carries packets as large as declared: what it does not carry vanishes, and only that. */
export function underlayDrift(
  { host, underlay, tenants }: DesiredMesh,
  links: Observation<readonly Link[]>,
): readonly Drift[] {
  const { address, mtu } = underlay;
  if (address === undefined) return [];
  const finding = (device: string, have: string, remedy: Remedy): Drift => ({
    // A subject of its own: small packets pass, and what rests on the mesh works on.
    subject: `mesh/${host}@underlay`,
    field: `mtu of ${device}`,
    want: `${mtu} at least`,
    have,
    hurts: tenants,
    remedy,
  });
  if (links.state === 'unknown')
    return [finding(`the device with ${address}`, 'could not be seen', blind(links.reason))];
  const devices = links.state === 'present' ? links.value : [];
  return devices
    .filter((link) => link.mtu < mtu && link.addresses.some((one) => one.split('/')[0] === address))
    .map((link) => {
      const reason = `${link.name} passes on ${link.mtu} octets at most, and larger packets of the tunnels vanish: declare spec.mesh.underlayMtu: ${link.mtu}, or raise the device's (ip link set dev ${link.name} mtu ${mtu}, and where the host's network is configured)`;
      return finding(link.name, String(link.mtu), operator(reason));
    });
}
