import { expect } from 'chai';
import { versionsText } from '../../../reconcilers/shared/redis-version.ts';

describe('versions of the members', () => {
  const text = (...versions: readonly (string | undefined)[]) =>
    versionsText(versions.map((version, index) => ({ name: `r${index + 1}`, version })));

  it('are one where they agree, and otherwise name the members, the oldest first', () => {
    expect(text('7.0.15', undefined, '7.0.15')).to.equal('7.0.15');
    expect(text('7.0.15', '7.0.9', '7.0.15')).to.equal('7.0.9 (r2), 7.0.15 (r1, r3)');
    expect(text(undefined, undefined)).to.equal('?');
  });
});
