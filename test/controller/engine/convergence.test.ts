import { expect } from 'chai';
import { newConvergenceCheck } from '../../../controller/engine/convergence.ts';
import { type Finding, findingsAbout } from '../../../reconcilers/contract/finding.ts';
import {
  dependsOn,
  inWindow,
  manual,
  notKnown,
  type Remedy,
  settling,
  settlingUnknown,
} from '../../../reconcilers/contract/remedy.ts';
import type { Subject } from '../../../reconcilers/contract/subject.ts';

const finding = (remedy: Remedy, subject: Subject = 'mesh/a'): Finding =>
  findingsAbout(subject)('NotRunning', 'state', { have: 'inactive', want: 'active' }, remedy);
const planOf = (remedy: Remedy) => ({ findings: [finding(remedy)], steps: [] });

describe('convergence', () => {
  it('ends in time when every pass finds something else', () => {
    const check = newConvergenceCheck(30_000);
    const results = Array.from({ length: 40 }, (_, second) =>
      check(planOf(second % 2 ? notKnown('no answer') : manual('by hand')), second * 1000, false),
    );
    expect(results.slice(0, 30)).to.deep.equal(Array(30).fill(undefined));
    expect(results[30]).to.equal('manual');
    expect(results[31]).to.equal('unknown');
  });

  it('waits for a host that becomes reachable, whatever else is unknown meanwhile', () => {
    const ends = (remedy: Remedy) => {
      const check = newConvergenceCheck(600_000);
      const plan = {
        findings: [finding(remedy), finding(notKnown('no answer'), 'mesh/b')],
        steps: [],
      };
      return Array.from({ length: 601 }, (_, second) => check(plan, second * 1000, false)).findIndex(Boolean);
    };
    expect(ends(settling('its turn comes'))).to.equal(91);
    expect(ends(settlingUnknown('it boots'))).to.equal(600);
  });

  it('ends once all that waits depends on what this run cannot repair, or on itself in a circle', () => {
    const blocked = finding(manual('by hand'), 'container/a');
    const ends = (...rest: readonly Finding[]) => {
      const check = newConvergenceCheck(600_000);
      const plan = { findings: [blocked, ...rest], steps: [] };
      return Array.from({ length: 601 }, (_, second) => check(plan, second * 1000, false)).findIndex(Boolean);
    };
    const needs = (subject: Subject, dependency: Subject) => finding(dependsOn(dependency), subject);
    expect(ends(needs('redis/a', 'container/a'))).to.equal(1);
    expect(ends(needs('redis/a', 'container/a'), needs('sentinel/a', 'redis/a'))).to.equal(1);
    expect(ends(needs('redis/b', 'sentinel/b'), needs('sentinel/b', 'redis/b'))).to.equal(1);
    // What it depends on is in order by now: the next pass will see that.
    expect(ends(needs('redis/b', 'container/b'))).to.equal(91);
    expect(ends(finding(settling('soon'), 'redis/b'))).to.equal(91);
  });

  it('ends when all that is left waits for a maintenance window, and not while something settles', () => {
    const later = finding(inWindow('later'), 'redis/a');
    const ends = (...rest: readonly Finding[]) => {
      const check = newConvergenceCheck(600_000);
      const plan = { findings: [later, ...rest], steps: [] };
      const results = Array.from({ length: 601 }, (_, second) => check(plan, second * 1000, false));
      const end = results.findIndex(Boolean);
      return [end, results[end]];
    };
    expect(ends()).to.deep.equal([0, 'done']);
    expect(ends(finding(dependsOn('redis/a'), 'redis/b'))).to.deep.equal([0, 'done']);
    expect(ends(finding(manual('by hand'), 'redis/b'))).to.deep.equal([1, 'manual']);
    expect(ends(finding(settling('soon'), 'redis/a'))).to.deep.equal([600, 'timeout']);
    expect(ends(finding(settling('soon'), 'redis/b'))).to.deep.equal([600, 'timeout']);
  });
});
