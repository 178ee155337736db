import type { ClusterDocument } from '../documents.generated.ts';
import type { Maintenance } from '../fleet.ts';
import { millis } from '../schema/quantity.ts';
import { minutesOfDay, weekdays } from '../schema/week.ts';
import { checked } from './defaults-applied.ts';

/** `maintenance` of a document with its times as numbers; nothing if the document has none. */
export function resolveMaintenance({ maintenance }: Pick<ClusterDocument['spec'], 'maintenance'>): {
  readonly maintenance?: Maintenance;
} {
  if (!maintenance) return {};
  const { timezone, windows } = maintenance;
  return {
    maintenance: {
      timezone: checked(timezone),
      windows: windows.map(({ days = weekdays, start, duration }) => ({
        days: days.map((day) => weekdays.indexOf(day)),
        startMinutes: minutesOfDay(start),
        durationMs: checked(millis(duration)),
      })),
    },
  };
}
