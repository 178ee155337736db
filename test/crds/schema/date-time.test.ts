import { expect } from 'chai';
import { dateTime } from '../../../crds/schema/date-time.ts';

describe('date and time', () => {
  for (const [text, iso] of [
    ['2026-12-01T04:00:00Z', '2026-12-01T04:00:00.000Z'],
    ['2026-12-01t04:00:00z', '2026-12-01T04:00:00.000Z'],
    ['2026-12-01T04:00:00+02:00', '2026-12-01T02:00:00.000Z'],
    ['2026-12-31T20:30:00-05:30', '2027-01-01T02:00:00.000Z'],
    ['2028-02-29T00:00:00.1234Z', '2028-02-29T00:00:00.123Z'],
    ['2000-02-29T23:59:59+00:00', '2000-02-29T23:59:59.000Z'],
  ] as const)
    it(text, () => {
      expect(dateTime(text)).to.deep.equal({ at: Date.parse(iso) });
      expect(Date.parse(text.toUpperCase()), 'as the platform reads it').to.equal(Date.parse(iso));
    });

  for (const [text, fault] of [
    ['tomorrow', 'is not a date and time'],
    ['', 'is not a date and time'],
    ['01.12.2026 04:00', 'is not a date and time'],
    ['2026-13-01T04:00:00Z', 'has a month 13'],
    ['2026-00-01T04:00:00Z', 'has a month 00'],
    ['2026-02-29T04:00:00Z', 'has a day 29 in month 02'],
    ['2100-02-29T04:00:00Z', 'has a day 29 in month 02'],
    ['2026-12-00T04:00:00Z', 'has a day 00 in month 12'],
    ['2026-12-01', 'has no time of day after a T'],
    ['2026-12-01 04:00:00Z', 'has no time of day after a T'],
    ['2026-12-01T04:00Z', 'has no hours, minutes and seconds'],
    ['2026-12-01T24:00:00Z', 'has a time 24:00:00'],
    ['2026-12-01T04:60:00Z', 'has a time 04:60:00'],
    ['2026-12-01T04:00:00', 'has no time zone'],
    ['2026-12-01T04:00:00.5', 'has no time zone'],
    ['2026-12-01T04:00:00 CET', 'has a time zone " CET"'],
    ['2026-12-01T04:00:00+1', 'has a time zone "+1"'],
    ['2026-12-01T04:00:00+24:00', 'has a time zone "+24:00"'],
    ['2026-12-01T04:00:00Z\n', 'has a time zone "Z\\n"'],
  ] as const)
    it(`${JSON.stringify(text)} ${fault}`, () => expect(dateTime(text)).to.deep.equal({ fault }));
});
