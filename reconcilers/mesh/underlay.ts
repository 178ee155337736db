import { type Finding, findingsAbout } from '../contract/finding.ts';
import { manual, notObserved } from '../contract/remedy.ts';
import type { Link } from '../facts/host/links.ts';
import type { Observation } from '../facts/observation.ts';
import type { DesiredMesh } from './desired.ts';
import { underlayMtuTooSmall } from './messages.ts';

/**
 * The device under the tunnels carries packets as large as declared; larger ones are lost silently. A subject of its own: small packets
 * still pass, and what depends on the mesh works.
 */
export function underlayFindings(
  { host, underlay, tenants }: DesiredMesh,
  links: Observation<readonly Link[]>,
): readonly Finding[] {
  const { address, mtu } = underlay;
  if (address === undefined) return [];
  const finding = findingsAbout(`mesh/${host}@underlay`, { impacts: tenants });
  const want = `at least ${mtu}`;
  if (links.state === 'unknown') {
    const field = `mtu of the device with ${address}`;
    return [finding('NotObserved', field, { have: 'unknown', want }, notObserved(links))];
  }
  const devices = links.state === 'present' ? links.value : [];
  return devices
    .filter((link) => link.mtu < mtu && link.addresses.some((one) => one.split('/')[0] === address))
    .map((link) => {
      const remedy = manual(underlayMtuTooSmall(link.name, link.mtu, mtu));
      return finding('UnderlayMtuTooSmall', `mtu of ${link.name}`, { have: String(link.mtu), want }, remedy);
    });
}
