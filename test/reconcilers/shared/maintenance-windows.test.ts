import { expect } from 'chai';
import type { Maintenance } from '../../../crds/fleet.ts';
import { isOpen, openingsFrom, openTogether, zonedText } from '../../../reconcilers/shared/maintenance-windows.ts';

const [sunday, saturday] = [0, 6];
const hour = 3_600_000;
const daily = [0, 1, 2, 3, 4, 5, 6];

function windows(timezone: string, start: string, hours: number, days = daily): Maintenance {
  const [hh = '', mm = ''] = start.split(':');
  return {
    timezone,
    windows: [{ days, startMinutes: Number(hh) * 60 + Number(mm), durationMs: hours * hour }],
  };
}

/** The first openings from a moment on, in UTC. */
function shown(maintenance: Maintenance, from: string, count = 2): readonly string[] {
  const text = (at: number) => new Date(at).toISOString().slice(5, 16);
  return openingsFrom(maintenance, Date.parse(from))
    .slice(0, count)
    .map(({ start, end }) => `${text(start)}–${text(end)}`);
}

describe('maintenance windows', () => {
  it('open at the local time, in summer and in winter', () => {
    expect(shown(windows('Europe/Berlin', '02:00', 2), '2026-07-01T12:00:00Z', 1)).to.deep.equal([
      '07-02T00:00–07-02T02:00',
    ]);
    expect(shown(windows('Europe/Berlin', '02:00', 2), '2026-12-01T12:00:00Z', 1)).to.deep.equal([
      '12-02T01:00–12-02T03:00',
    ]);
    expect(shown(windows('America/New_York', '22:00', 1, [saturday]), '2026-12-01T12:00:00Z', 1)).to.deep.equal([
      '12-06T03:00–12-06T04:00',
    ]);
    expect(shown(windows('Pacific/Auckland', '02:00', 1, [sunday]), '2026-12-01T12:00:00Z', 1)).to.deep.equal([
      '12-05T13:00–12-05T14:00',
    ]);
    expect(shown(windows('Asia/Kathmandu', '00:00', 1, [sunday]), '2026-12-01T12:00:00Z', 1)).to.deep.equal([
      '12-05T18:15–12-05T19:15',
    ]);
  });

  it('last as long as declared while the clock is put forward: the local end is an hour later', () => {
    // 29 March 2026, 02:00 -> 03:00, at 01:00 UTC.
    expect(shown(windows('Europe/Berlin', '01:30', 2, [sunday]), '2026-03-28T12:00:00Z', 1)).to.deep.equal([
      '03-29T00:30–03-29T02:30',
    ]);
  });

  it('of a time that the day does not have, open an hour later', () => {
    const skipped = windows('Europe/Berlin', '02:30', 1, [sunday]);
    expect(shown(skipped, '2026-03-28T12:00:00Z')).to.deep.equal([
      '03-29T01:30–03-29T02:30',
      '04-05T00:30–04-05T01:30',
    ]);
    expect(zonedText(Date.parse('2026-03-29T01:30:00Z'), 'Europe/Berlin')).to.equal(
      'Sun 2026-03-29 03:30 Europe/Berlin (2026-03-29 01:30 UTC)',
    );
  });

  it('of a time that the day has twice, open once, at the first', () => {
    // 25 October 2026, 03:00 -> 02:00, at 01:00 UTC.
    const twice = windows('Europe/Berlin', '02:30', 1, [sunday]);
    expect(shown(twice, '2026-10-24T12:00:00Z')).to.deep.equal(['10-25T00:30–10-25T01:30', '11-01T01:30–11-01T02:30']);
    expect(shown(windows('America/New_York', '01:30', 1, [sunday]), '2026-10-31T12:00:00Z', 1)).to.deep.equal([
      '11-01T05:30–11-01T06:30',
    ]);
  });

  it('where half an hour is skipped, open half an hour later', () => {
    // Lord Howe Island, 4 October 2026: 02:00 -> 02:30, at 15:30 UTC of the day before.
    expect(shown(windows('Australia/Lord_Howe', '02:15', 1, [sunday]), '2026-10-03T00:00:00Z', 1)).to.deep.equal([
      '10-03T15:45–10-03T16:45',
    ]);
  });

  it('go on after midnight, on a day that is not named', () => {
    const late = windows('Europe/Berlin', '23:00', 3, [saturday]);
    const at = (time: string) => isOpen(late, Date.parse(time));
    // Saturday is 5 December 2026; midnight is 23:00 UTC.
    expect(['21:59', '22:00', '23:30'].map((time) => at(`2026-12-05T${time}:00Z`))).to.deep.equal([false, true, true]);
    expect(['00:59', '01:00', '22:30'].map((time) => at(`2026-12-06T${time}:00Z`))).to.deep.equal([true, false, false]);
  });

  it('of 24h on every day are always open, also while the clock is changed', () => {
    const always = windows('Europe/Berlin', '00:00', 24);
    const from = Date.parse('2026-03-28T00:00:00Z');
    const closed = Array.from({ length: 48 }, (_, index) => from + index * hour).filter((at) => !isOpen(always, at));
    expect(closed).to.deep.equal([]);
    // The day has 25 hours: the window opens again after an hour.
    const autumn = Date.parse('2026-10-25T22:30:00Z');
    expect(isOpen(always, autumn)).to.equal(false);
    expect(isOpen(always, autumn + hour)).to.equal(true);
  });

  it('of several tenants: the first moment at which all are open, if there is one', () => {
    const one = windows('UTC', '02:00', 2);
    const other = windows('Europe/Berlin', '04:30', 2, [sunday]);
    const now = Date.parse('2026-12-01T12:00:00Z');
    expect(openTogether([one, other], now)).to.equal(Date.parse('2026-12-06T03:30:00Z'));
    expect(openTogether([one, other], Date.parse('2026-12-06T03:45:00Z'))).to.equal(Date.parse('2026-12-06T03:45:00Z'));
    expect(openTogether([one, windows('UTC', '04:00', 2)], now)).to.equal(undefined);
  });

  it('are written in their zone and in UTC', () => {
    const at = Date.parse('2026-12-06T01:00:00Z');
    expect(zonedText(at, 'Europe/Berlin')).to.equal('Sun 2026-12-06 02:00 Europe/Berlin (2026-12-06 01:00 UTC)');
    expect(zonedText(at, 'UTC')).to.equal('Sun 2026-12-06 01:00 UTC');
  });
});
