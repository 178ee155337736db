import type { Finding } from '../contract/finding.ts';
import { act, info, notKnown } from '../contract/remedy.ts';
import type { ContainerFacts } from '../facts/container/container-facts.ts';
import { type DesiredMember, findingsOf, limitFindingsOf } from './desired.ts';
import { runtimes } from './runtimes/index.ts';

/** The MTU where packets originate. If it is too large, packets are dropped silently in the tunnel. */
export function mtuFindings(
  desired: DesiredMember,
  { mtu, loaded }: ContainerFacts,
  written: boolean,
): readonly Finding[] {
  const { container } = desired;
  const want = container.attachment.mtu;
  if (mtu === want || !written) return [];
  if (mtu === undefined) {
    const remedy = notKnown('/sys of the container could not be read');
    return [limitFindingsOf(desired)('NotObserved', 'eth0 mtu', { have: 'unknown', want: String(want) }, remedy)];
  }
  const runtime = runtimes[container.cluster.runtime.type];
  const boot = runtime.boot(container);
  // If another configuration is loaded, that is the cause, and it is the same restart. Else the MTU was set by hand.
  const stale = loaded !== undefined && loaded !== boot;
  const restart = act([runtime.restart(container, stale ? boot : undefined)], [container.tenant.name]);
  const values = { have: String(mtu), want: String(want) };
  return [findingsOf(desired)('ContainerMtuDiffers', 'eth0 mtu', values, restart, [])];
}

/** A restart follows from what the running container has loaded, never from the fact that a file was written. */
export function loadedFindings(desired: DesiredMember, facts: ContainerFacts, written: boolean): readonly Finding[] {
  const finding = findingsOf(desired);
  const { container } = desired;
  const runtime = runtimes[container.cluster.runtime.type];
  const boot = runtime.boot(container);
  if (!written || facts.loaded === boot) return [];
  const want = shortDigest(boot);
  if (facts.loaded === undefined) {
    const remedy = info('it was not started in the usual way, or /run was emptied; known again after its next start');
    return [finding('NotLoaded', 'configuration loaded', { have: 'unknown', want }, remedy, [])];
  }
  const restart = act([runtime.restart(container, boot)], [container.tenant.name]);
  return [finding('NotLoaded', 'configuration loaded', { have: shortDigest(facts.loaded), want }, restart, [])];
}

function shortDigest(digest: string): string {
  return digest.slice(0, 12);
}
