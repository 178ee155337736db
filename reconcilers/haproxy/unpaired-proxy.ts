import { haproxyPlaces, vipPlaces } from '../../renderers/lib/proxy-paths.ts';
import { type Finding, findingsAbout } from '../contract/finding.ts';
import { info, notObserved } from '../contract/remedy.ts';
import type { UnitFacts } from '../facts/host/units.ts';
import type { Observation } from '../facts/observation.ts';
import type { DesiredUnpaired } from './desired.ts';
import { unitOfRemovedPair } from './messages.ts';

/**
 * What still runs for a ProxyPair that was removed from the documents. Reported and left alone: clients may still use its virtual IP,
 * which no document names any more.
 */
export function unpairedFindings(
  { subject, host }: DesiredUnpaired,
  units: Observation<readonly UnitFacts[]>,
): readonly Finding[] {
  const finding = findingsAbout(subject);
  if (units.state !== 'present') {
    return [finding('NotObserved', 'units of a ProxyPair', { have: 'unknown', want: 'none' }, notObserved(units))];
  }
  return units.value
    .filter(({ unit }) => unit === haproxyPlaces.unit || unit === vipPlaces.unit)
    .filter(({ active, enabled }) => active === 'active' || enabled)
    .map(({ unit, active }) =>
      finding('UnitOfRemovedPair', unit, { have: active, want: 'not declared' }, info(unitOfRemovedPair(host, unit))),
    );
}
