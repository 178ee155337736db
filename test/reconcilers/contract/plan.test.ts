import { expect } from 'chai';
import { type Finding, findingsAbout } from '../../../reconcilers/contract/finding.ts';
import { planOf } from '../../../reconcilers/contract/plan.ts';
import type { BoundItem } from '../../../reconcilers/contract/reconciler.ts';
import {
  act,
  dependsOn,
  info,
  manual,
  notKnown,
  overBudget,
  type Remedy,
  settling,
} from '../../../reconcilers/contract/remedy.ts';
import type { Subject } from '../../../reconcilers/contract/subject.ts';
import type { Action } from '../../../reconcilers/operations/actions.ts';

const start = (unit: string): Action => ({ operation: 'unit', host: 'h', unit, order: 'start' });

function finding(subject: Subject, remedy: Remedy, impacts: readonly string[] = [], field = 'field'): Finding {
  return findingsAbout(subject, { impacts })('Differs', field, { have: 'b', want: 'a' }, remedy);
}

function item(subject: Subject, ...dependsOn: readonly Subject[]): BoundItem {
  return { subject, dependsOn, requests: [], diff: () => [] };
}

/** A plan for findings that are their subjects' own. */
function plan(items: readonly BoundItem[], ...found: readonly Finding[]) {
  return planOf(
    items,
    items.map(({ subject }) => found.filter((one) => one.subject === subject)),
  );
}

describe('planOf: what depends on something not in order waits', () => {
  // | finding of the dependency | what becomes of an action and of unknown |
  const table: readonly (readonly [string, Finding | undefined, 'waits' | 'goes on'])[] = [
    ['nothing', undefined, 'goes on'],
    ['info', finding('mesh/a', info('ours')), 'goes on'],
    ['an action', finding('mesh/a', act([start('x')])), 'waits'],
    ['waiting', finding('mesh/a', settling('soon')), 'waits'],
    ['manual', finding('mesh/a', manual('do')), 'waits'],
    ['unknown', finding('mesh/a', notKnown('no answer')), 'waits'],
    ['a disruption that is due, of what serves meanwhile', finding('mesh/a', act([start('x')], ['t'])), 'goes on'],
    ['a disruption that repairs an impact', finding('mesh/a', act([start('x')], ['t']), ['t']), 'waits'],
  ];
  for (const [what, need, becomes] of table) {
    it(`${what} below: an action ${becomes}`, () => {
      const items = [item('mesh/a'), item('redis/b', 'mesh/a')];
      for (const remedy of [act([start('b')]), notKnown('no answer')]) {
        const { findings } = plan(items, ...(need ? [need] : []), finding('redis/b', remedy));
        const own = findings.find((one) => one.subject === 'redis/b')?.remedy;
        if (becomes === 'waits') expect(own).to.deep.equal(dependsOn('mesh/a'));
        else expect(own).to.deep.include(remedy);
      }
      const { findings } = plan(items, ...(need ? [need] : []), finding('redis/b', manual('do')));
      expect(findings.at(-1)?.remedy).to.deep.equal(manual('do'));
    });
  }

  it('names the first dependency that is not in order, and only exact subjects', () => {
    const items = [item('mesh/a'), item('mesh/a>b'), item('redis/c', 'mesh/a', 'mesh/a>b')];
    const { findings } = plan(items, finding('mesh/a>b', settling('soon')), finding('redis/c', act([start('c')])));
    expect(findings.at(-1)?.remedy).to.deep.equal(dependsOn('mesh/a>b'));
  });
});

describe('planOf: steps', () => {
  it('are one per action, however many findings ask for it, with all causes', () => {
    const shared = act([start('x')]);
    const { steps } = plan(
      [item('mesh/a')],
      finding('mesh/a', shared, [], 'one'),
      finding('mesh/a', shared, [], 'two'),
    );
    expect(steps).to.have.lengthOf(1);
    expect(steps[0]).to.deep.include({
      subject: 'mesh/a',
      action: start('x'),
      description: 'h: start x',
      lane: 'host h',
      because: ['mesh/a one', 'mesh/a two'],
      disrupts: [],
    });
  });

  it('disrupt every tenant that one of their findings names', () => {
    const quiet = act([start('x')]);
    const loud = act([start('x')], ['t']);
    const { steps } = plan([item('mesh/a')], finding('mesh/a', quiet), finding('mesh/a', loud));
    expect(steps.map((step) => step.disrupts)).to.deep.equal([['t']]);
  });
});

describe('planOf: the disruption budget', () => {
  const items = [item('container/t-r1'), item('container/t-r2'), item('container/u-r1'), item('redis/t')];
  const restart = (name: string, tenant: string, impacts: readonly string[] = []) =>
    finding(`container/${name}`, act([start(name)], [tenant]), impacts);
  const done = (...found: readonly Finding[]) => plan(items, ...found).steps.map((step) => step.subject);

  it('is one per tenant and pass', () => {
    expect(done(restart('t-r1', 't'), restart('t-r2', 't'), restart('u-r1', 'u'))).to.deep.equal([
      'container/t-r1',
      'container/u-r1',
    ]);
  });

  it('says why the other waits', () => {
    const { findings } = plan(items, restart('t-r1', 't'), restart('t-r2', 't'));
    expect(findings[1]?.remedy).to.deep.equal(overBudget('one disruption of tenant t at a time'));
  });

  for (const remedy of [settling('soon'), manual('do'), notKnown('no answer'), act([start('y')])])
    it(`is spent while something impacts the tenant (${remedy.by})`, () => {
      const { findings, steps } = plan(items, restart('t-r1', 't'), finding('redis/t', remedy, ['t']));
      expect(findings[0]?.remedy).to.deep.equal(
        overBudget('tenant t has no disruption budget until redis/t is in order', 'redis/t'),
      );
      expect(steps.map((step) => step.subject)).not.to.include('container/t-r1');
    });

  it('is not spent by what impacts nobody, or only another tenant, or by info', () => {
    const others = [
      finding('redis/t', settling('soon')),
      finding('redis/t', settling('soon'), ['u']),
      finding('redis/t', info('x'), ['t']),
    ];
    for (const other of others) expect(done(restart('t-r1', 't'), other)).to.deep.equal(['container/t-r1']);
  });

  it('is there for the repair of the very thing that impacts', () => {
    expect(done(restart('t-r1', 't', ['t']), finding('redis/t', settling('soon'), ['t']))).to.deep.equal([
      'container/t-r1',
    ]);
  });
});
