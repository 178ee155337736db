/** A moment, in milliseconds since 1970; or what is wrong with the text, as a clause: `has no time zone`. */
export type Moment = { readonly at: number } | { readonly fault: string };

const date = /^(\d{4})-(\d{2})-(\d{2})/;
const time = /^(\d{2}):(\d{2}):(\d{2})(\.\d+)?/;
const zone = /^(?:[Zz]|([+-])(\d{2}):(\d{2}))$/;

/** Reads a date and time with a zone, as RFC 3339 has it: `2026-12-01T04:00:00Z`. Without a zone it would be another moment on each machine. */
export function dateTime(text: string): Moment {
  const [day, year = '', month = '', ofMonth = ''] = date.exec(text) ?? [];
  if (day === undefined) return { fault: 'is not a date and time' };
  if (!within(month, 1, 12)) return { fault: `has a month ${month}` };
  if (!within(ofMonth, 1, daysIn(Number(year), Number(month))))
    return { fault: `has a day ${ofMonth} in month ${month}` };
  if (!/^[Tt]/.test(text.slice(day.length))) return { fault: 'has no time of day after a T' };
  const rest = text.slice(day.length + 1);
  const [clock, hours = '', minutes = '', seconds = '', fraction = ''] = time.exec(rest) ?? [];
  if (clock === undefined) return { fault: 'has no hours, minutes and seconds' };
  if (!within(hours, 0, 23) || !within(minutes, 0, 59) || !within(seconds, 0, 59))
    return { fault: `has a time ${hours}:${minutes}:${seconds}` };
  const end = rest.slice(clock.length);
  if (end === '') return { fault: 'has no time zone' };
  const [known, sign = '+', zoneHours = '00', zoneMinutes = '00'] = zone.exec(end) ?? [];
  if (known === undefined || !within(zoneHours, 0, 23) || !within(zoneMinutes, 0, 59))
    return { fault: `has a time zone ${JSON.stringify(end)}` };
  const local = Date.parse(`${day}T${hours}:${minutes}:${seconds}Z`) + Math.floor(Number(`0${fraction}`) * 1000);
  const offset = (Number(zoneHours) * 60 + Number(zoneMinutes)) * 60_000;
  return { at: sign === '+' ? local - offset : local + offset };
}

function within(digits: string, least: number, most: number): boolean {
  return Number(digits) >= least && Number(digits) <= most;
}

function daysIn(year: number, month: number): number {
  if (month === 2) return (year % 4 === 0 && year % 100 !== 0) || year % 400 === 0 ? 29 : 28;
  return [4, 6, 9, 11].includes(month) ? 30 : 31;
}
