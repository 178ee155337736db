import type { Maintenance, MaintenanceWindow } from '../../crds/fleet.ts';
import { momentText } from './paused-documents.ts';

/** When a window is open, milliseconds since 1970; the end is not part of it. */
export interface Opening {
  readonly start: number;
  readonly end: number;
}

const minuteMs = 60_000;
const dayMs = 24 * 60 * minuteMs;
/** A week, a day for the zone, and one on which the clock is changed. */
const horizonDays = 9;

/** What is open at `now`, and what opens within the nine days after, the first one first. */
export function openingsFrom({ timezone, windows }: Maintenance, now: number): readonly Opening[] {
  const { year, month, day } = wallClock(timezone, now);
  const today = Date.UTC(year, month - 1, day);
  // What opened two days ago is over: a window lasts for a day at most.
  return Array.from({ length: horizonDays + 2 }, (_, index) => today + (index - 2) * dayMs)
    .flatMap((date) =>
      windows
        .filter(({ days }) => days.includes(new Date(date).getUTCDay()))
        .map((one) => opening(timezone, date, one)),
    )
    .filter(({ end }) => end > now)
    .sort((a, b) => a.start - b.start);
}

export function isOpen(maintenance: Maintenance, now: number): boolean {
  return openingsFrom(maintenance, now).some(({ start }) => start <= now);
}

/**
 * The first moment from `now` on at which all of them are open. Undefined: there is none within the nine days after, and so, but for a
 * change of the clock, in no week.
 */
export function openTogether(all: readonly Maintenance[], now: number): number | undefined {
  const openings = all.map((one) => openingsFrom(one, now));
  const starts = openings.flat().map(({ start }) => Math.max(start, now));
  return starts
    .sort((a, b) => a - b)
    .find((at) => openings.every((own) => own.some(({ start, end }) => start <= at && at < end)));
}

/** `Sun 2026-12-06 02:00 Europe/Berlin (2026-12-06 01:00 UTC)`; in UTC only once. */
export function zonedText(milliseconds: number, timezone: string): string {
  const { weekday, year, month, day, hour, minute } = wallClock(timezone, milliseconds);
  const two = (number: number) => String(number).padStart(2, '0');
  const local = `${weekday} ${year}-${two(month)}-${two(day)} ${two(hour)}:${two(minute)} ${timezone}`;
  return timezone === 'UTC' ? local : `${local} (${momentText(milliseconds)})`;
}

/**
 * It lasts as long as declared, also when the clock is changed meanwhile. Of a time that a day has twice, the first one counts. A time that a
 * day does not have, since the clock is put forward, is as much later: 02:30 is 03:30.
 */
function opening(timezone: string, date: number, { startMinutes, durationMs }: MaintenanceWindow): Opening {
  const wall = date + startMinutes * minuteMs;
  const [before, after] = [wall - dayMs, wall + dayMs].map((at) => wall - offset(timezone, at));
  const candidates = [before, after].filter((at): at is number => at !== undefined);
  const real = candidates.filter((at) => at + offset(timezone, at) === wall);
  const start = real.length ? Math.min(...real) : (before ?? wall);
  return { start, end: start + durationMs };
}

/** Milliseconds that the clock of the zone is ahead of UTC. */
function offset(timezone: string, at: number): number {
  const { year, month, day, hour, minute } = wallClock(timezone, at);
  return Date.UTC(year, month - 1, day, hour, minute) - Math.floor(at / minuteMs) * minuteMs;
}

function wallClock(timezone: string, at: number) {
  const parts = new Map(
    formatOf(timezone)
      .formatToParts(at)
      .map(({ type, value }) => [type, value]),
  );
  const [year, month, day, hour, minute] = (['year', 'month', 'day', 'hour', 'minute'] as const).map((part) =>
    Number(parts.get(part)),
  );
  return { weekday: parts.get('weekday'), year, month, day, hour, minute } as {
    readonly weekday: string;
    readonly year: number;
    readonly month: number;
    readonly day: number;
    readonly hour: number;
    readonly minute: number;
  };
}

function formatOf(timezone: string): Intl.DateTimeFormat {
  const known = formats.get(timezone);
  if (known) return known;
  const created = new Intl.DateTimeFormat('en-US', {
    timeZone: timezone,
    hourCycle: 'h23',
    weekday: 'short',
    year: 'numeric',
    month: 'numeric',
    day: 'numeric',
    hour: 'numeric',
    minute: 'numeric',
  });
  formats.set(timezone, created);
  return created;
}

/** Creating one takes a hundred times as long as using it. */
const formats = new Map<string, Intl.DateTimeFormat>();
