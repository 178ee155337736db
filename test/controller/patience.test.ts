import { expect } from 'chai';
import { type Ending, forgive, type History, nextTry, remember, withHistory } from '../../controller/history.ts';
import { newPace } from '../../controller/pace.ts';
import { againIn, everSlower, givesUp, jittered, type Patience, restAfter } from '../../controller/patience.ts';
import { act, blind, type Drift, operator, type Remedy, wait } from '../../reconcilers/drift.ts';
import { type Plan, withSteps } from '../../reconcilers/plan.ts';
import { starting } from '../support/toy.ts';

const backoff = { baseMs: 2000, capMs: 300_000 };
const slower = everSlower(backoff);
const step = starting('a');
const finding = (remedy: Remedy): Drift => {
  return { subject: 'mesh/a', field: 'state', want: 'active', have: 'inactive', hurts: [], remedy };
};
const asks: Plan = withSteps([finding(act([step]))]);
const quiet: Plan = { findings: [], steps: [] };

describe('patience', () => {
  const never = Number.POSITIVE_INFINITY;
  const table: readonly (readonly [
    string,
    (of: Patience, n: number) => number,
    readonly number[],
    readonly number[],
  ])[] = [
    ['failed', (of, n) => of.failed(n, false, 0.5), [0, 0, never, never], [2000, 4000, 8000, 16_000]],
    ['refused', (of, n) => of.failed(n, true, 0.5), [0, 0, never, never], [300_000, 300_000, 300_000, 300_000]],
    ['done in vain', (of, n) => of.vain(n, 0.5), [0, never, never, never], [0, 2000, 4000, 8000]],
    ['undone', (of, n) => of.undone(n, 0.5), [0, 0, never, never], [0, 0, 2000, 4000]],
  ];
  for (const [what, rest, ends, goesOn] of table)
    it(`${what}, once to four times`, () => {
      expect([1, 2, 3, 4].map((n) => rest(givesUp, n))).to.deep.equal(ends);
      expect([1, 2, 3, 4].map((n) => rest(slower, n))).to.deep.equal(goesOn);
    });

  it('never above the cap, however often; a fifth either way', () => {
    expect(restAfter(10_000, 0.5, backoff)).to.equal(300_000);
    expect([jittered(1000, 0), jittered(1000, 0.5), jittered(1000, 1)]).to.deep.equal([800, 1000, 1200]);
  });

  it('says in words how long it rests', () => {
    expect([1, 39_500, 300_000].map(againIn)).to.deep.equal(['1 s', '40 s', '5 min']);
  });
});

describe('history of a run without end', () => {
  const failure = { reason: 'no such luck', permanent: false };
  const ending = (at: number, more: Partial<Ending> = {}): Ending => ({ at, chance: 0.5, ...more });
  const said = (history: History, now: number) => withHistory(asks, history, now, slower).findings[0]?.remedy;

  it('a host that reboots is waited for as long as that may take, and no other, and not for longer', () => {
    const history: History = new Map();
    remember(history, { verb: 'host-reboot', host: 'redis-1', boot: 'b 1', kernel: 'k' }, ending(0));
    const blindOn = (host: string, now: number) => {
      const drift: Drift = { ...finding(blind('no answer')), subject: `host/${host}` };
      return withHistory({ findings: [drift], steps: [] }, history, now, slower).findings[0]?.remedy;
    };
    expect(blindOn('redis-1', 60_000)).to.deep.equal(wait('it reboots: no answer'));
    expect(blindOn('redis-2', 60_000)).to.deep.equal(blind('no answer'));
    expect(blindOn('redis-1', 300_000)).to.deep.equal(blind('no answer'));
  });

  it('waits after a failure, says when it tries again, and tries again then', () => {
    const history: History = new Map();
    for (const at of [0, 2000, 6000]) remember(history, step, ending(at, { failure }));
    expect(said(history, 6000)).to.deep.equal(wait('failed 3 times: no such luck; tried again in 8 s'));
    expect(nextTry(history, 6000, slower)).to.equal(14_000);
    expect(said(history, 14_000)).to.have.property('by', 'action');
    expect(nextTry(history, 14_000, slower)).to.equal(undefined);
  });

  it('asks a person for what was refused, and tries it all the same', () => {
    const history: History = new Map();
    remember(history, step, ending(0, { failure: { ...failure, permanent: true } }));
    expect(said(history, 1000)).to.deep.equal(operator('failed once: no such luck; tried again in 5 min'));
    expect(said(history, 300_000)).to.have.property('by', 'action');
  });

  it('does again, ever more slowly, what was done in vain', () => {
    const history: History = new Map();
    for (const at of [0, 20_000, 40_000, 60_000, 80_000, 100_000]) remember(history, step, ending(at));
    expect(said(history, 120_000))
      .to.have.property('reason')
      .that.matches(/was done 6 times .* tried again in 12 s$/);
    expect(said(history, 132_000)).to.have.property('by', 'action');
  });

  it('forgives when the documents change: what failed is tried at once, what was done settles first', () => {
    const history: History = new Map();
    remember(history, step, ending(0, { failure }));
    forgive(history);
    expect(said(history, 1)).to.have.property('by', 'action');
    remember(history, step, ending(2));
    forgive(history);
    expect(said(history, 3)).to.deep.equal(wait('done; its effect does not show yet'));
  });

  it('forgets what is not asked for any more', () => {
    const history: History = new Map();
    remember(history, step, ending(0));
    for (let now = 0; now < 600_000; now += 30_000) withHistory(quiet, history, now, slower);
    expect(history.size).to.equal(0);
  });
});

describe('pace of a watch', () => {
  const at = (plan: Plan, more: object = {}) => ({ plan, tried: 0, now: 0, due: undefined, chance: 0.5, ...more });

  it('the interval, a tenth more or less, when there is nothing to do', () => {
    const pace = newPace(30_000);
    expect([0, 0.5, 1].map((chance) => pace(at(quiet, { chance })))).to.deep.equal([27_000, 30_000, 33_000]);
  });

  it('polls what comes by itself, ever more slowly up to the interval, and anew when something changes', () => {
    const pace = newPace(30_000);
    const soon: Plan = { findings: [finding(wait('soon'))], steps: [] };
    const pauses = Array.from({ length: 12 }, () => pace(at(soon)));
    expect(pauses.slice(0, 3)).to.deep.equal([1000, 1500, 2250]);
    expect(pauses.at(-1)).to.equal(30_000);
    expect(pace(at({ ...soon, findings: [...soon.findings, finding(operator('by hand'))] }))).to.equal(1000);
  });

  it('at once after a wave, but not for ever', () => {
    const pace = newPace(30_000);
    const pauses = Array.from({ length: 40 }, () => pace(at(asks, { tried: 1 })));
    expect(pauses.slice(0, 30)).to.deep.equal(Array(30).fill(0));
    expect(pauses.slice(30, 33)).to.deep.equal([1000, 2000, 3000]);
  });

  it('no later than when something is due', () => {
    expect(newPace(30_000)(at(quiet, { now: 1000, due: 6000 }))).to.equal(5000);
  });
});
