import { expect } from 'chai';
import { newVerdict } from '../../controller/verdict.ts';
import { blind, type Drift, operator, type Remedy, wait, waitUnseen } from '../../reconcilers/drift.ts';

const finding = (remedy: Remedy): Drift => {
  return { subject: 'mesh/a', field: 'state', want: 'active', have: 'inactive', hurts: [], remedy };
};
const look = (remedy: Remedy) => ({ findings: [finding(remedy)], steps: [] });

describe('verdict', () => {
  it('ends in its time when it is told something else at every look', () => {
    const verdict = newVerdict(30_000);
    const said = Array.from({ length: 40 }, (_, second) =>
      verdict(look(second % 2 ? blind('dark') : operator('by hand')), second * 1000, false),
    );
    expect(said.slice(0, 30)).to.deep.equal(Array(30).fill(undefined));
    expect(said[30]).to.equal('operator');
    expect(said[31]).to.equal('blind');
  });

  it('waits for a host that comes into sight, whatever else cannot be seen meanwhile', () => {
    const ends = (waiting: Remedy) => {
      const verdict = newVerdict(600_000);
      const plan = {
        findings: [finding(waiting), { ...finding(blind('dark')), subject: 'mesh/b' as const }],
        steps: [],
      };
      return Array.from({ length: 601 }, (_, second) => verdict(plan, second * 1000, false)).findIndex(Boolean);
    };
    expect(ends(wait('its turn comes'))).to.equal(91);
    expect(ends(waitUnseen('it boots'))).to.equal(600);
  });
});
