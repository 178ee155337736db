import { expect } from 'chai';
import { settling } from '../../controller/history.ts';
import { newChanges } from '../../controller/report/changes.ts';
import { watchJson, watchText } from '../../controller/report/watch-lines.ts';
import { act, blind, type Drift, notice, operator, type Remedy, type Subject, wait } from '../../reconcilers/drift.ts';
import { starting } from '../support/toy.ts';

const mend = act([starting('a')]);
const finding = (remedy: Remedy, subject: Subject = 'mesh/a', field = 'state'): Drift => {
  return { subject, field, want: 'active', have: 'inactive', hurts: [], remedy };
};

/** Looks a second apart, and the types of what was told of each. */
function told(...looks: readonly (readonly Drift[])[]): readonly (readonly string[])[] {
  const changes = newChanges();
  return looks.map((findings, second) => changes(findings, second * 1000).map(({ type }) => type));
}

describe('changes from look to look', () => {
  const table: readonly (readonly [string, readonly (readonly Drift[])[], readonly (readonly string[])[]])[] = [
    ['in order, and still', [[], [], []], [['in-order'], [], []]],
    ['drift, mended', [[finding(mend)], []], [['drift'], ['mended', 'in-order']]],
    [
      'an effect awaited is no news',
      [[finding(mend)], [finding(wait(settling))], []],
      [['drift'], [], ['mended', 'in-order']],
    ],
    [
      'tried again and again: figures are no news',
      [1, 2, 3].flatMap((n) => [[finding(mend)], [finding(wait(`failed ${n} times: no; tried again in ${n} s`))]]),
      [['drift'], ['waiting'], [], [], [], []],
    ],
    [
      'once and twice too',
      [[finding(wait('failed once: no'))], [finding(wait('failed 2 times: no'))]],
      [['waiting'], []],
    ],
    [
      'another reason is news',
      [[finding(operator('this'))], [finding(operator('that'))]],
      [['operator'], ['operator']],
    ],
    [
      'what comes right by itself is told when it lasts',
      [[finding(wait('soon'))], [finding(wait('soon'))]],
      [[], ['waiting']],
    ],
    ['and not at all when it does not', [[], [finding(wait('soon'))], []], [['in-order'], [], ['in-order']]],
    ['what rests on another is not told', [[finding(wait('rests', 'mesh/b'))], []], [[], ['in-order']]],
    [
      'unseen, whatever the reason, and seen',
      [[finding(blind('dark'))], [finding(blind('mute'))], []],
      [['unseen'], [], ['seen', 'in-order']],
    ],
    [
      'what is hidden is neither gone nor new',
      [[finding(mend)], [finding(blind('dark'))], [finding(mend)]],
      [['drift'], ['unseen'], ['seen']],
    ],
    ['a notice is in order', [[finding(notice('left'))], []], [['notice', 'in-order'], ['mended']]],
    ['refused', [[finding({ by: 'operator', reason: 'key', unseen: true })], []], [['unseen'], ['seen', 'in-order']]],
  ];
  for (const [what, looks, types] of table) it(what, () => expect(told(...looks)).to.deep.equal(types));

  it('one change for all that went out of sight for one reason, also where it is told within another', () => {
    const all = [
      finding(blind('h: no answer after 20 ms'), 'mesh/a'),
      finding(blind('h: no answer after 31 ms'), 'mesh/b'),
      finding(blind('the owner may be h: no answer after 9 ms'), 'vip/c'),
    ];
    const reason = 'h: no answer after 20 ms';
    expect(newChanges()(all, 0)).to.deep.equal([
      { type: 'unseen', subjects: ['mesh/a', 'mesh/b', 'vip/c'], reason, refused: false },
    ]);
  });
});

describe('lines of a watch', () => {
  const time = '2026-11-25T10:00:00.000Z';
  const changes = newChanges();
  const drift = { ...finding(mend, 'mesh/redis-1', 'Port gre-redis-2 protected'), have: 'false', want: 'true' };

  it('for people', () => {
    expect(watchText(changes([drift], 0), time, 'c')).to.deep.equal([
      `${time} c: drift: mesh/redis-1 Port gre-redis-2 protected: false, should be true; mending`,
    ]);
    expect(watchText(changes([], 3200), time, 'c')).to.deep.equal([
      `${time} c: in order again after 3.2 s: mesh/redis-1 Port gre-redis-2 protected`,
      `${time} c: in order`,
    ]);
  });

  it('many of one subject are one', () => {
    const many = Array.from({ length: 8 }, (_, n) => finding(mend, 'mesh/a', `field ${n}`));
    expect(watchText(newChanges()(many, 0), time, 'c')).to.deep.equal([
      `${time} c: drift: mesh/a, 8 findings: field 0, field 1, field 2 and 5 more`,
    ]);
  });

  it('for programs: the names are kept', () => {
    const [line = ''] = watchJson(newChanges()([drift], 0), time, 'c');
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
      hurts: [],
      remedy: 'action',
    });
  });
});
