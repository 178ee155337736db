import { expect } from 'chai';
import type { ScriptResult } from '../../../renderers/host-batch.ts';
import { type Fixture, play, type Stage } from '../../support/fixture.ts';

const fails: ScriptResult = { exit: 1, stdout: '', stderr: 'no\nsuch luck\n', truncated: false };
/** It exits with 0, and nothing changes. */
const idle: ScriptResult = { exit: 0, stdout: '', stderr: '', truncated: false };
const a: Fixture = { name: 'a' };

describe('apply: how it ends', () => {
  const table: readonly (readonly [string, readonly Fixture[], Stage, string, readonly string[]])[] = [
    ['nothing to do', [a], { active: ['a'] }, 'done', []],
    ['one step', [a], {}, 'done', ['a']],
    ['a step that depends on another', [{ name: 'b', dependsOn: ['a'] }, a], {}, 'done', ['a', 'b']],
    ['manual action is required', [{ name: 'a', remedy: 'manual' }], {}, 'manual', []],
    ['a host unreachable', [a], { unreachable: ['redis-1'] }, 'unknown', []],
    [
      'a host unreachable, work elsewhere',
      [a, { name: 'b', host: 'redis-2' }],
      { unreachable: ['redis-1'] },
      'unknown',
      ['b'],
    ],
    [
      'unknown takes precedence over manual',
      [
        { name: 'a', remedy: 'manual' },
        { name: 'b', remedy: 'unknown' },
      ],
      {},
      'unknown',
      [],
    ],
    [
      'what can be done is done, whatever is manual',
      [{ name: 'a', remedy: 'manual' }, { name: 'b' }],
      {},
      'manual',
      ['b'],
    ],
    [
      'what depends on manual action is not waited for',
      [
        { name: 'a', remedy: 'manual' },
        { name: 'b', dependsOn: ['a'] },
      ],
      {},
      'manual',
      [],
    ],
    [
      'nor what depends on that in turn',
      [
        { name: 'a', remedy: 'unknown' },
        { name: 'b', dependsOn: ['a'] },
        { name: 'c', dependsOn: ['b'] },
      ],
      {},
      'unknown',
      [],
    ],
    ['it becomes active by itself', [{ name: 'a', remedy: 'waiting' }], { meanwhile: comes('a', 20) }, 'done', []],
    ['it never becomes active', [{ name: 'a', remedy: 'waiting' }], {}, 'timeout', []],
  ];
  for (const [what, fixtures, stage, result, acts] of table)
    it(`${what}: ${result}`, async () => {
      const { outcome, effects: done } = await play(fixtures, stage);
      expect(outcome.result).to.equal(result);
      expect(done).to.deep.equal(acts);
    });

  it('at once, when there is nothing to do', async () => {
    expect(await play([a], { active: ['a'] })).to.include({ passes: 1, seconds: 0 });
  });

  it('when time is up, with what is left', async () => {
    const { outcome, seconds } = await play([{ name: 'a', remedy: 'waiting' }], { timeoutMs: 30_000 });
    expect(outcome.left.map(({ subject }) => subject)).to.deep.equal(['mesh/a']);
    expect(seconds).to.be.within(30, 32);
  });

  it('as manual only when two passes in a row found it so: the cluster may still be settling', async () => {
    const once = await play([{ name: 'a', remedy: 'manual' }], { meanwhile: comes('a', 2) });
    expect(once.outcome.result).to.equal('done');
  });

  it('as manual when nothing changes any more, even if something still waits', async () => {
    const fixtures: readonly Fixture[] = [
      { name: 'a', remedy: 'manual' },
      { name: 'b', remedy: 'waiting' },
    ];
    const { outcome, seconds } = await play(fixtures, { timeoutMs: 3_600_000 });
    expect(outcome.result).to.equal('manual');
    expect(seconds).to.be.within(60, 200);
  });
});

describe('apply: a step that does not work', () => {
  it('is tried three times when it fails, and then becomes manual, its output on one line', async () => {
    const { outcome, effects } = await play([a], { effect: () => fails });
    expect(effects).to.deep.equal(['a', 'a', 'a']);
    expect(outcome.result).to.equal('manual');
    expect(outcome.left[0]?.remedy).to.deep.equal({
      by: 'manual',
      cause: 'failed',
      message: 'failed 3 times: exit 1: no / such luck',
    });
  });

  it('is done when a later try works', async () => {
    const { outcome, effects } = await play([a], { effect: (_, __, times) => (times < 3 ? fails : undefined) });
    expect(outcome).to.include({ result: 'done', steps: 1 });
    expect(effects.length).to.equal(3);
  });

  it('is done once more when its effect does not show in its time, and then becomes manual', async () => {
    const { outcome, effects, seconds } = await play([a], { effect: () => idle });
    expect(effects).to.deep.equal(['a', 'a']);
    expect(outcome.result).to.equal('manual');
    expect(outcome.left[0]?.remedy).to.include({ by: 'manual', cause: 'no-effect' });
    expect(seconds).to.be.at.least(10);
  });

  it('is waited for while its effect may still show', async () => {
    const { outcome, effects } = await play([a], { effect: () => idle, meanwhile: comes('a', 4) });
    expect(effects).to.deep.equal(['a']);
    expect(outcome.result).to.equal('done');
  });

  it('becomes manual when its effect is reverted again and again', async () => {
    // Something else keeps the run going.
    const fixtures: readonly Fixture[] = [a, { name: 'b', remedy: 'waiting' }];
    const { outcome, effects, seconds } = await play(fixtures, { meanwhile: reverts('a', 4) });
    expect(outcome.result).to.equal('manual');
    expect(effects).to.deep.equal(['a', 'a', 'a', 'a']);
    expect(outcome.left[0]?.remedy).to.include({ by: 'manual', cause: 'reverted' });
    expect(seconds).to.be.below(200);
  });

  it('is tried as if for the first time when it was in order for long in between', async () => {
    const fixtures: readonly Fixture[] = [a, { name: 'b', remedy: 'waiting' }];
    const { effects } = await play(fixtures, { meanwhile: reverts('a', 40), timeoutMs: 300_000 });
    expect(effects.length).to.be.above(5);
  });

  it('delays what depends on it, and nothing else', async () => {
    const fixtures: readonly Fixture[] = [a, { name: 'b', dependsOn: ['a'] }, { name: 'c', host: 'redis-2' }];
    const { effects } = await play(fixtures, {
      effect: (action) => (JSON.stringify(action).includes('"a"') ? fails : undefined),
    });
    expect(effects).to.include('c');
    expect(effects).not.to.include('b');
  });
});

describe('apply: a disruptive step', () => {
  const restart: Fixture = { name: 'a', disrupts: ['t'] };

  it('is checked again just before', async () => {
    const { passes, effects } = await play([restart]);
    expect(effects).to.deep.equal(['a']);
    expect(passes).to.equal(3);
  });

  it('is dropped when it is no longer needed, and that is no failure', async () => {
    const { outcome, effects, events } = await play([restart], { meanwhile: comes('a', 2) });
    expect(effects).to.deep.equal([]);
    expect(events.some((event) => event.type === 'step-dropped')).to.equal(true);
    expect(outcome).to.include({ result: 'done', steps: 0 });
  });

  it('is done once per tenant and pass, and the next only when the first is in order', async () => {
    const fixtures: readonly Fixture[] = ['a', 'b', 'c'].map((name) => ({ name, disrupts: ['t'], impacts: [] }));
    const { outcome, effects, events } = await play(fixtures);
    expect(outcome.result).to.equal('done');
    expect(effects).to.deep.equal(['a', 'b', 'c']);
    const executions = events.flatMap((event) => (event.type === 'planned' ? [event.plan.steps.length] : []));
    expect(executions).to.deep.equal([1, 1, 1, 0]);
  });
});

describe('apply: interrupted', () => {
  it('ends after the step in progress, with what is left', async () => {
    const fixtures: readonly Fixture[] = [a, { name: 'b' }, { name: 'c' }];
    const { outcome, effects } = await play(fixtures, { abort: (event) => event.type === 'step-begun' });
    expect(effects).to.deep.equal(['a']);
    expect(outcome.result).to.equal('interrupted');
    expect(outcome.left.map(({ subject }) => subject)).to.deep.equal(['mesh/b', 'mesh/c']);
  });

  it('ends a pause at once', async () => {
    const { outcome, seconds } = await play([{ name: 'a', remedy: 'waiting' }], {
      abort: (event) => event.type === 'waiting',
    });
    expect(outcome.result).to.equal('interrupted');
    expect(seconds).to.be.below(2);
  });

  it('is done all the same when nothing is left', async () => {
    const { outcome } = await play([a], { abort: (event) => event.type === 'step-begun' });
    expect(outcome.result).to.equal('done');
  });
});

describe('apply: events', () => {
  it('of each pass, of the begin and end of each step, and of the end', async () => {
    const { events } = await play([a]);
    expect(events.map(({ type }) => type)).to.deep.equal([
      'observing',
      'planned',
      'step-begun',
      'step-done',
      'observing',
      'planned',
      'ended',
    ]);
  });

  it('one lane’s steps in order, lanes side by side', async () => {
    const fixtures: readonly Fixture[] = [a, { name: 'b' }, { name: 'c', host: 'redis-2' }];
    const { events } = await play(fixtures);
    const begun = events.flatMap((event) => (event.type === 'step-begun' ? [event.step.subject] : []));
    expect(begun).to.deep.equal(['mesh/a', 'mesh/c', 'mesh/b']);
  });
});

/** Reverted before every nth pass. */
function reverts(name: string, every: number): NonNullable<Stage['meanwhile']> {
  return (world, pass) => {
    if (pass % every) return;
    for (const host of Object.values(world.hosts)) delete host.units[name];
  };
}

/** Becomes active by itself before the nth pass. */
function comes(name: string, at: number): NonNullable<Stage['meanwhile']> {
  return (world, pass) => {
    if (pass < at) return;
    for (const host of Object.values(world.hosts))
      host.units[name] = { active: 'active', enabled: true, read: undefined };
  };
}
