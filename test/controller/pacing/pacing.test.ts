import { expect } from 'chai';
import {
  type AttemptOutcome,
  type Attempts,
  nextTry,
  recordAttempt,
  reset,
  withAttempts,
} from '../../../controller/pacing/attempts.ts';
import { newPollInterval } from '../../../controller/pacing/poll-interval.ts';
import {
  backoffAfter,
  exponentialBackoff,
  failFast,
  formatDelay,
  jittered,
  type RetryPolicy,
} from '../../../controller/pacing/retry-policy.ts';
import { type Finding, findingsAbout } from '../../../reconcilers/contract/finding.ts';
import { type Plan, type Step, withSteps } from '../../../reconcilers/contract/plan.ts';
import { act, manual, notKnown, type Remedy, settling } from '../../../reconcilers/contract/remedy.ts';
import type { Action } from '../../../reconcilers/operations/actions.ts';
import { starting } from '../../support/fixture.ts';

const backoff = { baseMs: 2000, capMs: 300_000 };
const slower = exponentialBackoff(backoff);
const finding = (remedy: Remedy): Finding =>
  findingsAbout('mesh/a')('NotRunning', 'state', { have: 'inactive', want: 'active' }, remedy);
const stepOf = (action: Action): Step => {
  const [step] = withSteps([finding(act([action]))]).steps;
  if (!step) throw new Error('no step');
  return step;
};
const step = stepOf(starting('a'));
const requesting: Plan = withSteps([finding(act([step.action]))]);
const quiet: Plan = { findings: [], steps: [] };

describe('retry policy', () => {
  const never = Number.POSITIVE_INFINITY;
  const table: readonly (readonly [
    string,
    (of: RetryPolicy, n: number) => number,
    readonly number[],
    readonly number[],
  ])[] = [
    ['failed', (of, n) => of.failed(n, false, 0.5), [0, 0, never, never], [2000, 4000, 8000, 16_000]],
    ['refused', (of, n) => of.failed(n, true, 0.5), [0, 0, never, never], [300_000, 300_000, 300_000, 300_000]],
    ['done without effect', (of, n) => of.noEffect(n, 0.5), [0, never, never, never], [0, 2000, 4000, 8000]],
    ['reverted', (of, n) => of.reverted(n, 0.5), [0, 0, never, never], [0, 0, 2000, 4000]],
  ];
  for (const [what, delay, ends, goesOn] of table)
    it(`${what}, once to four times`, () => {
      expect([1, 2, 3, 4].map((n) => delay(failFast, n))).to.deep.equal(ends);
      expect([1, 2, 3, 4].map((n) => delay(slower, n))).to.deep.equal(goesOn);
    });

  it('never above the cap, however many failures; a fifth either way', () => {
    expect(backoffAfter(10_000, 0.5, backoff)).to.equal(300_000);
    expect([jittered(1000, 0), jittered(1000, 0.5), jittered(1000, 1)]).to.deep.equal([800, 1000, 1200]);
  });

  it('formats a delay', () => {
    expect([1, 39_500, 300_000].map(formatDelay)).to.deep.equal(['1 s', '40 s', '5 min']);
  });
});

describe('attempts of a run without end', () => {
  const failure = { reason: 'no such luck', permanent: false };
  const ending = (at: number, more: Partial<AttemptOutcome> = {}): AttemptOutcome => ({ at, chance: 0.5, ...more });
  const remedyAt = (attempts: Attempts, now: number) =>
    withAttempts(requesting, attempts, now, slower).findings[0]?.remedy;

  it('a host that reboots is waited for as long as that may take, and no other, and not for longer', () => {
    const attempts: Attempts = new Map();
    recordAttempt(attempts, stepOf({ operation: 'host-reboot', host: 'redis-1', boot: 'b 1', kernel: 'k' }), ending(0));
    const unknownOn = (host: string, now: number) => {
      const drift: Finding = { ...finding(notKnown('no answer')), subject: `host/${host}` };
      return withAttempts({ findings: [drift], steps: [] }, attempts, now, slower).findings[0]?.remedy;
    };
    expect(unknownOn('redis-1', 60_000)).to.deep.equal(settling('it reboots: no answer'));
    expect(unknownOn('redis-2', 60_000)).to.deep.equal(notKnown('no answer'));
    expect(unknownOn('redis-1', 300_000)).to.deep.equal(notKnown('no answer'));
  });

  it('waits after a failure, with the time of the next try, and tries again then', () => {
    const attempts: Attempts = new Map();
    for (const at of [0, 2000, 6000]) recordAttempt(attempts, step, ending(at, { failure }));
    expect(remedyAt(attempts, 6000)).to.deep.equal({
      by: 'waiting',
      cause: 'retry',
      message: 'failed 3 times: no such luck; retrying in 8 s',
    });
    expect(nextTry(attempts, 6000, slower)).to.equal(14_000);
    expect(remedyAt(attempts, 14_000)).to.have.property('by', 'action');
    expect(nextTry(attempts, 14_000, slower)).to.equal(undefined);
  });

  it('is manual when it was refused, and is tried all the same', () => {
    const attempts: Attempts = new Map();
    recordAttempt(attempts, step, ending(0, { failure: { ...failure, permanent: true } }));
    expect(remedyAt(attempts, 1000)).to.deep.equal({
      ...manual('failed once: no such luck; retrying in 5 min'),
      cause: 'failed',
    });
    expect(remedyAt(attempts, 300_000)).to.have.property('by', 'action');
  });

  it('repeats with growing delays what had no effect', () => {
    const attempts: Attempts = new Map();
    for (const at of [0, 20_000, 40_000, 60_000, 80_000, 100_000]) recordAttempt(attempts, step, ending(at));
    expect(remedyAt(attempts, 120_000)).to.include({ by: 'manual', cause: 'no-effect' });
    expect(remedyAt(attempts, 120_000))
      .to.have.property('message')
      .that.matches(/applied 6 times .* retrying in 12 s$/);
    expect(remedyAt(attempts, 132_000)).to.have.property('by', 'action');
  });

  it('starts over when the documents change: what failed is tried at once, what was done settles first', () => {
    const attempts: Attempts = new Map();
    recordAttempt(attempts, step, ending(0, { failure }));
    reset(attempts);
    expect(remedyAt(attempts, 1)).to.have.property('by', 'action');
    recordAttempt(attempts, step, ending(2));
    reset(attempts);
    expect(remedyAt(attempts, 3)).to.include({ by: 'waiting', cause: 'settling', applied: true });
  });

  it('forgets what is no longer requested', () => {
    const attempts: Attempts = new Map();
    recordAttempt(attempts, step, ending(0));
    for (let now = 0; now < 600_000; now += 30_000) withAttempts(quiet, attempts, now, slower);
    expect(attempts.size).to.equal(0);
  });
});

describe('poll interval of a watch', () => {
  const at = (plan: Plan, more: object = {}) => ({ plan, tried: 0, now: 0, due: undefined, chance: 0.5, ...more });

  it('the interval, a tenth more or less, when there is nothing to do', () => {
    const pollInterval = newPollInterval(30_000);
    expect([0, 0.5, 1].map((chance) => pollInterval(at(quiet, { chance })))).to.deep.equal([27_000, 30_000, 33_000]);
  });

  it('polls what settles, with growing pauses up to the interval, and from the start when something changes', () => {
    const pollInterval = newPollInterval(30_000);
    const soon: Plan = { findings: [finding(settling('soon'))], steps: [] };
    const pauses = Array.from({ length: 12 }, () => pollInterval(at(soon)));
    expect(pauses.slice(0, 3)).to.deep.equal([1000, 1500, 2250]);
    expect(pauses.at(-1)).to.equal(30_000);
    expect(pollInterval(at({ ...soon, findings: [...soon.findings, finding(manual('by hand'))] }))).to.equal(1000);
  });

  it('passes again at once after steps, but not endlessly', () => {
    const pollInterval = newPollInterval(30_000);
    const pauses = Array.from({ length: 40 }, () => pollInterval(at(requesting, { tried: 1 })));
    expect(pauses.slice(0, 30)).to.deep.equal(Array(30).fill(0));
    expect(pauses.slice(30, 33)).to.deep.equal([1000, 2000, 3000]);
  });

  it('no later than when something is due', () => {
    expect(newPollInterval(30_000)(at(quiet, { now: 1000, due: 6000 }))).to.equal(5000);
  });
});
