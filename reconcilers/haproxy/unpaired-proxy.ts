import { haproxyPlaces, vipPlaces } from '../../renderers/lib/proxy-paths.ts';
import { type Finding, findingsAbout } from '../contract/finding.ts';
import { info, notObserved, type Prune } from '../contract/remedy.ts';
import type { UnitFacts } from '../facts/host/units.ts';
import type { Observation } from '../facts/observation.ts';
import type { DesiredUnpaired } from './desired.ts';
import { unitOfRemovedPair } from './messages.ts';

/**
 * What still runs for a ProxyPair that was removed from the documents. Clients may still use its virtual IP, so that it is stopped on request
 * only. No declared Tenant is exposed there: its document would not be valid.
 */
export function unpairedFindings(
  { subject, host }: DesiredUnpaired,
  units: Observation<readonly UnitFacts[]>,
): readonly Finding[] {
  const finding = findingsAbout(subject);
  if (units.state !== 'present') {
    return [finding('NotObserved', 'units of a ProxyPair', { have: 'unknown', want: 'none' }, notObserved(units))];
  }
  // keepalived first: the virtual IP goes, and then what answers there.
  return [vipPlaces.unit, haproxyPlaces.unit].flatMap((unit): readonly Finding[] => {
    const seen = units.value.find((one) => one.unit === unit);
    if (!seen || (seen.active !== 'active' && !seen.enabled)) return [];
    const stop: Prune = { of: `ProxyPair on ${host}`, actions: [{ operation: 'unit', host, unit, order: 'stop' }] };
    const values = { have: seen.active, want: 'not declared' };
    return [finding('UnitOfRemovedPair', unit, values, info(unitOfRemovedPair(host), stop))];
  });
}
