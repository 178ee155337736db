import { expect } from 'chai';
import { act, blind, type Drift, notice, operator, type Remedy, type Subject, wait } from '../../reconcilers/drift.ts';
import { planOf } from '../../reconcilers/plan.ts';
import type { BoundItem } from '../../reconcilers/reconciler.ts';
import type { Action } from '../../reconcilers/verbs/index.ts';

const start = (unit: string): Action => ({ verb: 'unit', host: 'h', unit, order: 'start' });

function drift(subject: Subject, remedy: Remedy, hurts: readonly string[] = [], field = 'field'): Drift {
  return { subject, field, want: 'a', have: 'b', hurts, remedy };
}

function item(subject: Subject, ...needs: readonly Subject[]): BoundItem {
  return { subject, needs, asks: [], diff: () => [] };
}

/** A plan for findings that are their subjects' own. */
function plan(items: readonly BoundItem[], ...found: readonly Drift[]) {
  return planOf(
    items,
    items.map(({ subject }) => found.filter((one) => one.subject === subject)),
  );
}

describe('planOf: what rests on something not in order waits', () => {
  // | the need's drift                 | becomes of an action | of blind | of operator |
  const table: readonly (readonly [string, Drift | undefined, 'waits' | 'goes on'])[] = [
    ['nothing', undefined, 'goes on'],
    ['a notice', drift('mesh/a', notice('ours')), 'goes on'],
    ['an action', drift('mesh/a', act([start('x')])), 'waits'],
    ['waiting', drift('mesh/a', wait('soon')), 'waits'],
    ['a person', drift('mesh/a', operator('do')), 'waits'],
    ['blindness', drift('mesh/a', blind('dark')), 'waits'],
    ['an interruption that is due, of what serves meanwhile', drift('mesh/a', act([start('x')], ['t'])), 'goes on'],
    ['an interruption that mends what hurts', drift('mesh/a', act([start('x')], ['t']), ['t']), 'waits'],
  ];
  for (const [what, need, becomes] of table) {
    it(`${what} below: an action ${becomes}`, () => {
      const items = [item('mesh/a'), item('redis/b', 'mesh/a')];
      for (const remedy of [act([start('b')]), blind('dark')]) {
        const { findings } = plan(items, ...(need ? [need] : []), drift('redis/b', remedy));
        const own = findings.find((one) => one.subject === 'redis/b')?.remedy;
        expect(own).to.deep.equal(becomes === 'waits' ? wait('rests on mesh/a', 'mesh/a') : remedy);
      }
      const { findings } = plan(items, ...(need ? [need] : []), drift('redis/b', operator('do')));
      expect(findings.at(-1)?.remedy).to.deep.equal(operator('do'));
    });
  }

  it('names the first need that is not in order, and only exact subjects', () => {
    const items = [item('mesh/a'), item('mesh/a>b'), item('redis/c', 'mesh/a', 'mesh/a>b')];
    const { findings } = plan(items, drift('mesh/a>b', wait('soon')), drift('redis/c', act([start('c')])));
    expect(findings.at(-1)?.remedy).to.deep.equal(wait('rests on mesh/a>b', 'mesh/a>b'));
  });
});

describe('planOf: steps', () => {
  it('are one for each action, however many findings ask for it, with all reasons', () => {
    const shared = act([start('x')]);
    const { steps } = plan([item('mesh/a')], drift('mesh/a', shared, [], 'one'), drift('mesh/a', shared, [], 'two'));
    expect(steps).to.deep.equal([
      { subject: 'mesh/a', action: start('x'), because: ['mesh/a one', 'mesh/a two'], disrupts: [] },
    ]);
  });

  it('disrupt whom any of the findings that ask for them says', () => {
    const quiet = act([start('x')]);
    const loud = act([start('x')], ['t']);
    const { steps } = plan([item('mesh/a')], drift('mesh/a', quiet), drift('mesh/a', loud));
    expect(steps.map((step) => step.disrupts)).to.deep.equal([['t']]);
  });
});

describe('planOf: the disruption budget', () => {
  const items = [item('container/t-r1'), item('container/t-r2'), item('container/u-r1'), item('redis/t')];
  const restart = (name: string, tenant: string, hurts: readonly string[] = []) =>
    drift(`container/${name}`, act([start(name)], [tenant]), hurts);
  const done = (...found: readonly Drift[]) => plan(items, ...found).steps.map((step) => step.subject);

  it('is one a tenant and pass', () => {
    expect(done(restart('t-r1', 't'), restart('t-r2', 't'), restart('u-r1', 'u'))).to.deep.equal([
      'container/t-r1',
      'container/u-r1',
    ]);
  });

  it('says why the other waits', () => {
    const { findings } = plan(items, restart('t-r1', 't'), restart('t-r2', 't'));
    expect(findings[1]?.remedy).to.deep.equal(wait('one disruption of tenant t at a time'));
  });

  for (const remedy of [wait('soon'), operator('do'), blind('dark'), act([start('y')])])
    it(`is spent while something hurts the tenant (${remedy.by})`, () => {
      const { findings, steps } = plan(items, restart('t-r1', 't'), drift('redis/t', remedy, ['t']));
      expect(findings[0]?.remedy).to.deep.equal(
        wait('tenant t has no disruption left while redis/t is not in order', 'redis/t'),
      );
      expect(steps.map((step) => step.subject)).not.to.include('container/t-r1');
    });

  it('is not spent by what hurts nobody, or only another tenant, or by a notice', () => {
    const others = [
      drift('redis/t', wait('soon')),
      drift('redis/t', wait('soon'), ['u']),
      drift('redis/t', notice('x'), ['t']),
    ];
    for (const other of others) expect(done(restart('t-r1', 't'), other)).to.deep.equal(['container/t-r1']);
  });

  it('is there for the repair of the very thing that hurts', () => {
    expect(done(restart('t-r1', 't', ['t']), drift('redis/t', wait('soon'), ['t']))).to.deep.equal(['container/t-r1']);
  });
});
