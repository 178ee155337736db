import { expect } from 'chai';
import fc from 'fast-check';
import { cidr, contains, enclosingRange, ipv4, ipv4Text, overlap, rangeText } from '../../../crds/schema/address.ts';

describe('addresses', () => {
  it('accepts only four decimal numbers', () => {
    for (const text of ['', '1.2.3', '1.2.3.4.5', '256.0.0.1', '01.2.3.4', '1.2.3.4 ', '0x1.2.3.4', '::1']) {
      expect(ipv4(text), text).to.equal(undefined);
    }
    expect(ipv4('255.255.255.255')).to.equal(2 ** 32 - 1);
  });

  it('accepts only ranges that start with their first address', () => {
    for (const text of ['10.0.0.1/24', '10.0.0.0', '10.0.0.0/33', '10.0.0.0/08', '10.0.0.0/8/8', 'a/8']) {
      expect(cidr(text), text).to.equal(undefined);
    }
    expect(cidr('10.80.0.0/16')).to.deep.equal({ first: 173_015_040, last: 173_080_575, prefixLength: 16 });
    expect(cidr('0.0.0.0/0')?.last).to.equal(2 ** 32 - 1);
  });

  const address = fc.integer({ min: 0, max: 2 ** 32 - 1 });
  const range = fc.tuple(address, fc.integer({ min: 0, max: 32 })).map(([number, prefix]) => {
    const found = enclosingRange(`${ipv4Text(number)}/${prefix}`);
    if (found === undefined) throw new Error('not a range');
    return { number, range: found };
  });

  it('reads back what it wrote', () => {
    fc.assert(fc.property(address, (number) => void expect(ipv4(ipv4Text(number))).to.equal(number)));
    fc.assert(fc.property(range, (one) => void expect(cidr(rangeText(one.range))).to.deep.equal(one.range)));
  });

  it('a range contains the address it was built from, and two ranges overlap if one contains the start of the other', () => {
    fc.assert(fc.property(range, (one) => void expect(contains(one.range, one.number)).to.equal(true)));
    fc.assert(
      fc.property(range, range, ({ range: a }, { range: b }) => {
        expect(overlap(a, b)).to.equal(contains(a, b.first) || contains(b, a.first));
      }),
    );
  });
});
