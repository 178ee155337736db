import { haproxyPlaces, vipPlaces } from '../../renderers/proxy-places.ts';
import { blind, type Drift, notice } from '../drift.ts';
import type { Observation } from '../observation.ts';
import type { UnitFacts } from '../questions/units.ts';
import { reasonOf } from '../service.ts';
import type { DesiredIdle } from './desired.ts';

/**
 * What runs on for a ProxyPair that left the documents. Told, and left to a person: clients may still come by its address, which no
 * document names any more.
 */
export function idleDrift({ subject, host }: DesiredIdle, units: Observation<readonly UnitFacts[]>): readonly Drift[] {
  if (units.state !== 'present') {
    const remedy = blind(reasonOf(units));
    return [{ subject, field: 'units of a ProxyPair', want: 'none', have: 'could not be seen', hurts: [], remedy }];
  }
  return units.value
    .filter(({ unit }) => unit === haproxyPlaces.unit || unit === vipPlaces.unit)
    .filter(({ active, enabled }) => active === 'active' || enabled)
    .map(({ unit, active }) => ({
      subject,
      field: unit,
      want: 'declared by nobody',
      have: active,
      hurts: [],
      remedy: notice(
        `no ProxyPair names ${host}; it serves as before: declare the pair again, or end it there with systemctl disable --now ${unit}`,
      ),
    }));
}
