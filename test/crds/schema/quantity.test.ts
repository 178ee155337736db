import { expect } from 'chai';
import fc from 'fast-check';
import { bytes, bytesText, millicores, millicoresText, millis, millisText } from '../../../crds/schema/quantity.ts';

describe('quantities', () => {
  it('reads Kubernetes notation', () => {
    expect(bytes('256Mi')).to.equal(268_435_456);
    expect(bytes('1.5Gi')).to.equal(1_610_612_736);
    expect(bytes('100M')).to.equal(100_000_000);
    expect(bytes(1024)).to.equal(1024);
    expect(millicores('500m')).to.equal(500);
    expect(millicores('0.29')).to.equal(290);
    expect(millicores(2)).to.equal(2000);
    expect(millis('1h30m')).to.equal(5_400_000);
    expect(millis('1.5s')).to.equal(1500);
    expect(millis('200ms')).to.equal(200);
  });

  it('rejects everything else', () => {
    for (const text of ['', '1.5', '0.3Ki', '-1', '1 Mi', '1mi', '1e3', '9007199254740993', '9000Ti0', '1Gib']) {
      expect(bytes(text), text).to.equal(undefined);
    }
    for (const text of ['', '0.5m', '1.2345', '-1', '1k']) expect(millicores(text), text).to.equal(undefined);
    for (const text of ['', '5', 's', '0.5ms', '-1s', '1d', '1 s', '5s5', '99999999999999h']) {
      expect(millis(text), text).to.equal(undefined);
    }
  });

  it('reads back what it wrote', () => {
    const amount = fc.oneof(
      fc.nat(),
      fc.nat({ max: 8_000 }).map((tebi) => tebi * 2 ** 40),
      fc.maxSafeNat(),
    );
    fc.assert(fc.property(amount, (count) => void expect(bytes(bytesText(count))).to.equal(count)));
    fc.assert(fc.property(fc.nat(), (cores) => void expect(millicores(millicoresText(cores))).to.equal(cores)));
    fc.assert(fc.property(fc.nat(), (time) => void expect(millis(millisText(time))).to.equal(time)));
  });
});
