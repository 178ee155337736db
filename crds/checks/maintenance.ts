import type { Issue } from '../issue.ts';
import { placeText } from '../issue.ts';
import { type Check, type ClusterEntry, fault, type TenantEntry } from '../load/declared.ts';
import { nearestName } from '../schema/nearest-name.ts';
import { millis } from '../schema/quantity.ts';
import { minutesOfDay, weekdays } from '../schema/week.ts';

type Owner = ClusterEntry | TenantEntry;

const minuteMs = 60_000;
const dayMs = 24 * 60 * minuteMs;
/** Shorter, and a restart of all members hardly fits. */
const shortestMs = 10 * minuteMs;

/** Maintenance windows are in a known time zone, of a sensible length, and do not overlap. */
export const maintenance: Check = ({ clusters, tenants }) =>
  [...clusters, ...tenants].flatMap((owner) => [...zone(owner), ...lengths(owner), ...overlaps(owner)]);

function zone(owner: Owner): readonly Issue[] {
  const timezone = owner.body.spec.maintenance?.timezone;
  if (timezone === undefined || isKnown(timezone)) return [];
  const meant = nearestName(timezone, Intl.supportedValuesOf('timeZone'));
  const remedy = meant ? `did you mean ${meant}?` : 'use a name of the IANA database, such as Europe/Berlin or UTC';
  return [fault(owner, ['spec', 'maintenance', 'timezone'], `there is no time zone ${timezone}`, remedy)];
}

function isKnown(timezone: string): boolean {
  try {
    return Boolean(new Intl.DateTimeFormat('en-GB', { timeZone: timezone }));
  } catch {
    return false;
  }
}

function lengths(owner: Owner): readonly Issue[] {
  return (owner.body.spec.maintenance?.windows ?? []).flatMap(({ duration }, index) => {
    const length = millis(duration);
    if (length !== undefined && length >= shortestMs && length <= dayMs) return [];
    const path = ['spec', 'maintenance', 'windows', index, 'duration'];
    return [fault(owner, path, `${duration} is not 10m to 24h`, 'for any time of a day, use start 00:00 and 24h')];
  });
}

interface Opening {
  readonly index: number;
  /** Milliseconds after the beginning of Sunday. */
  readonly start: number;
  readonly end: number;
}

/** By the clock of a week without a change of the time, which begins again after its end. */
function overlaps(owner: Owner): readonly Issue[] {
  const openings = (owner.body.spec.maintenance?.windows ?? []).flatMap(openingsOf).sort((a, b) => a.start - b.start);
  const [first] = openings;
  if (!first) return [];
  const next = [...openings.slice(1), { ...first, start: first.start + 7 * dayMs, end: first.end + 7 * dayMs }];
  const pairs = openings.flatMap((one, position) => {
    const other = next[position];
    return other && other.start < one.end ? [[one, other] as const] : [];
  });
  const seen = new Set<number>();
  return pairs.flatMap(([one, other]) => {
    const [earlier, later] = [Math.min(one.index, other.index), Math.max(one.index, other.index)];
    if (seen.has(later)) return [];
    seen.add(later);
    return [overlap(owner, earlier, later, other.start)];
  });
}

function openingsOf(
  {
    days = weekdays,
    start,
    duration,
  }: { readonly days?: readonly (typeof weekdays)[number][]; start: string; duration: string },
  index: number,
): readonly Opening[] {
  return days.map((day) => {
    const at = weekdays.indexOf(day) * dayMs + minutesOfDay(start) * minuteMs;
    return { index, start: at, end: at + (millis(duration) ?? 0) };
  });
}

function overlap(owner: Owner, earlier: number, later: number, at: number): Issue {
  const path = (index: number) => ['spec', 'maintenance', 'windows', index];
  const day = weekdays[Math.floor(at / dayMs) % 7];
  const time = new Date(at % dayMs).toISOString().slice(11, 16);
  const where = `both are open on ${day} at ${time}`;
  const problem =
    earlier === later
      ? `the window overlaps itself: it opens on ${day} at ${time} while it is still open`
      : `the window overlaps the one at ${placeText(owner.places.at(path(earlier)))}: ${where}`;
  const remedy = earlier === later ? `name each day once, or use a shorter duration` : 'declare one window for both';
  return fault(owner, path(later), problem, remedy);
}
