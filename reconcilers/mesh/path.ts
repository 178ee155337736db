import { type Finding, findingsAbout } from '../contract/finding.ts';
import { manual } from '../contract/remedy.ts';
import type { Link } from '../facts/host/links.ts';
import type { PathMtu } from '../facts/host/path-mtu.ts';
import type { Observation } from '../facts/observation.ts';
import { deviceWith } from '../shared/network-device.ts';
import { narrowPaths } from '../shared/path-mtu.ts';
import type { DesiredMesh } from './desired.ts';
import { pathMtuTooSmall } from './messages.ts';

/**
 * Packets as large as declared arrive at the other hosts. Otherwise they are lost silently (a tunnel has the flag "don't fragment"), and
 * whatever sends a large value hangs. A device of this host that carries less is the finding of the underlay.
 */
export function pathFindings(
  { host, underlay, paths }: DesiredMesh,
  links: Observation<readonly Link[]>,
  tried: Observation<readonly PathMtu[]> | undefined,
): readonly Finding[] {
  const own = deviceWith(underlay.address, links);
  // What could not be tried at all says nothing about the path: the host, or what it answered, is reported.
  if (tried?.state !== 'present' || !own || own.mtu < underlay.mtu) return [];
  return narrowPaths(paths, underlay.mtu, tried.value).map(({ peer, tenants, carries }) => {
    const finding = findingsAbout(`mesh/${host}>${peer}`, { impacts: tenants });
    const values = { have: `at most ${carries}`, want: `at least ${underlay.mtu}` };
    return finding('PathMtu', 'MTU of the path', values, manual(pathMtuTooSmall(host, peer, carries, underlay.mtu)));
  });
}
