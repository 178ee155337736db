import { act, blind, type Drift, notice } from '../drift.ts';
import type { ContainerFacts } from '../questions/containers.ts';
import { asideOf, type DesiredMember, findingOf } from './desired.ts';
import { runtimes } from './runtimes/index.ts';

/** Where packets start. Too large, and they vanish in the tunnel without a word. */
export function mtuDrift(desired: DesiredMember, { mtu, loaded }: ContainerFacts, written: boolean): readonly Drift[] {
  const { container } = desired;
  const want = container.attachment.mtu;
  if (mtu === want || !written) return [];
  if (mtu === undefined) {
    const hidden = blind('/sys of the container could not be read');
    return [asideOf(desired)('eth0 mtu', String(want), 'could not be seen', hidden)];
  }
  const runtime = runtimes[container.cluster.runtime.type];
  const boot = runtime.boot(container);
  // Another configuration that it has loaded is the reason, and that restart is the same one; else somebody set it by hand.
  const stale = loaded !== undefined && loaded !== boot;
  const restart = act([runtime.restart(container, stale ? boot : undefined)], [container.tenant.name]);
  return [findingOf(desired)('eth0 mtu', String(want), String(mtu), restart, [])];
}

/** A restart follows from what the running container has loaded, never from our having written the file. */
export function loadedDrift(desired: DesiredMember, facts: ContainerFacts, written: boolean): readonly Drift[] {
  const finding = findingOf(desired);
  const { container } = desired;
  const runtime = runtimes[container.cluster.runtime.type];
  const want = runtime.boot(container);
  if (!written || facts.loaded === want) return [];
  const short = (sum: string) => sum.slice(0, 12);
  if (facts.loaded === undefined) {
    const reason = 'it was not started in the usual way, or /run was emptied; its next start will tell';
    return [finding('configuration loaded', short(want), 'not known', notice(reason), [])];
  }
  const restart = act([runtime.restart(container, want)], [container.tenant.name]);
  return [finding('configuration loaded', short(want), short(facts.loaded), restart, [])];
}
