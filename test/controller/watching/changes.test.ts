import { expect } from 'chai';
import { watchJson, watchText } from '../../../controller/report/watch-lines.ts';
import { newChanges } from '../../../controller/watching/changes.ts';
import { type Finding, findingsAbout } from '../../../reconcilers/contract/finding.ts';
import { withSteps } from '../../../reconcilers/contract/plan.ts';
import { act, dependsOn, info, manual, notKnown, type Remedy, settling } from '../../../reconcilers/contract/remedy.ts';
import type { Subject } from '../../../reconcilers/contract/subject.ts';
import { starting } from '../../support/fixture.ts';

const fix = act([starting('a')]);
const finding = (remedy: Remedy, subject: Subject = 'mesh/a', field = 'state'): Finding =>
  findingsAbout(subject)('NotRunning', field, { have: 'inactive', want: 'active' }, remedy);
const applied: Remedy = { ...settling('applied'), applied: true };
const retry = (message: string): Remedy => ({ by: 'waiting', cause: 'retry', message });

/** Passes a second apart, and the types of what was reported after each. */
function reported(...passes: readonly (readonly Finding[])[]): readonly (readonly string[])[] {
  const changes = newChanges();
  return passes.map((findings, second) => changes(findings, second * 1000).map(({ type }) => type));
}

describe('changes from pass to pass', () => {
  const table: readonly (readonly [string, readonly (readonly Finding[])[], readonly (readonly string[])[]])[] = [
    ['in order, and still', [[], [], []], [['in-order'], [], []]],
    ['drift, fixed', [[finding(fix)], []], [['drift'], ['fixed', 'in-order']]],
    [
      'an effect awaited is not reported again',
      [[finding(fix)], [finding(applied)], []],
      [['drift'], [], ['fixed', 'in-order']],
    ],
    [
      'tried again and again: numbers are not reported again',
      [1, 2, 3].flatMap((n) => [[finding(fix)], [finding(retry(`failed ${n} times: no; retrying in ${n} s`))]]),
      [['drift'], ['waiting'], [], [], [], []],
    ],
    [
      'once and twice too',
      [[finding(retry('failed once: no'))], [finding(retry('failed 2 times: no'))]],
      [['waiting'], []],
    ],
    ['another message is reported', [[finding(manual('this'))], [finding(manual('that'))]], [['manual'], ['manual']]],
    [
      'what settles is reported when it lasts',
      [[finding(settling('soon'))], [finding(settling('soon'))]],
      [[], ['waiting']],
    ],
    ['and not at all when it does not', [[], [finding(settling('soon'))], []], [['in-order'], [], ['in-order']]],
    ['what depends on another is not reported', [[finding(dependsOn('mesh/b'))], []], [[], ['in-order']]],
    [
      'unknown, whatever the reason, and known again',
      [[finding(notKnown('no answer'))], [finding(notKnown('no reply'))], []],
      [['unknown'], [], ['known', 'in-order']],
    ],
    [
      'what is hidden by that is neither gone nor new',
      [[finding(fix)], [finding(notKnown('no answer'))], [finding(fix)]],
      [['drift'], ['unknown'], ['known']],
    ],
    ['info is in order', [[finding(info('left'))], []], [['info', 'in-order'], ['fixed']]],
    ['refused', [[finding({ by: 'manual', message: 'key', unknown: true })], []], [['unknown'], ['known', 'in-order']]],
  ];
  for (const [what, passes, types] of table) it(what, () => expect(reported(...passes)).to.deep.equal(types));

  it('one change for all that became unknown for one reason, also where that is part of another message', () => {
    const all = [
      finding(notKnown('h: no answer after 20 ms'), 'mesh/a'),
      finding(notKnown('h: no answer after 31 ms'), 'mesh/b'),
      finding(notKnown('the owner may be h: no answer after 9 ms'), 'vip/c'),
    ];
    const reason = 'h: no answer after 20 ms';
    expect(newChanges()(all, 0)).to.deep.equal([
      { type: 'unknown', subjects: ['mesh/a', 'mesh/b', 'vip/c'], reason, refused: false },
    ]);
  });
});

describe('lines of a watch', () => {
  const time = '2026-11-25T10:00:00.000Z';
  const changes = newChanges();
  const drift = { ...finding(fix, 'mesh/redis-1', 'Port gre-redis-2 protected'), have: 'false', want: 'true' };

  it('as text', () => {
    expect(watchText(changes([drift], 0), time, 'c')).to.deep.equal([
      `${time} c: drift: mesh/redis-1 Port gre-redis-2 protected: false -> true; fixing`,
    ]);
    expect(watchText(changes([], 3200), time, 'c')).to.deep.equal([
      `${time} c: fixed after 3.2 s: mesh/redis-1 Port gre-redis-2 protected`,
      `${time} c: in order`,
    ]);
  });

  it('many of one subject are one', () => {
    const many = Array.from({ length: 8 }, (_, n) => finding(fix, 'mesh/a', `field ${n}`));
    expect(watchText(newChanges()(many, 0), time, 'c')).to.deep.equal([
      `${time} c: drift: mesh/a, 8 findings: field 0, field 1, field 2 and 5 more`,
    ]);
  });

  it('as JSON: as published', () => {
    const [line = ''] = watchJson(newChanges()(withSteps([drift]).findings, 0), time, 'c');
    expect(JSON.parse(line)).to.deep.equal({
      apiVersion: 'redis-ec2.dev/v1alpha1',
      kind: 'WatchEvent',
      time,
      cluster: 'c',
      type: 'drift',
      subject: 'mesh/redis-1',
      field: 'Port gre-redis-2 protected',
      want: 'true',
      have: 'false',
      id: '9eeeee3ba7ed',
      severity: 'warning',
      component: 'mesh',
      reason: 'NotRunning',
      impacts: [],
      remedy: { by: 'action', message: 'apply: redis-1: start a', disrupts: [] },
    });
  });
});
