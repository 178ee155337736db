import { expect } from 'chai';
import type { HostAnswer } from '../../reconcilers/questions/sense.ts';
import { play, type Stage, type Toy } from '../support/toy.ts';

const fails: HostAnswer = { exit: 1, stdout: '', stderr: 'no\nsuch luck\n', truncated: false };
/** It says that it is done, and nothing changes. */
const idle: HostAnswer = { exit: 0, stdout: '', stderr: '', truncated: false };
const a: Toy = { name: 'a' };

describe('apply: how it ends', () => {
  const table: readonly (readonly [string, readonly Toy[], Stage, string, readonly string[]])[] = [
    ['nothing to do', [a], { active: ['a'] }, 'done', []],
    ['one step', [a], {}, 'done', ['a']],
    ['a step that rests on another', [{ name: 'b', needs: ['a'] }, a], {}, 'done', ['a', 'b']],
    ['a person is needed', [{ name: 'a', remedy: 'operator' }], {}, 'operator', []],
    ['a host away', [a], { unreachable: ['redis-1'] }, 'blind', []],
    ['a host away, work elsewhere', [a, { name: 'b', host: 'redis-2' }], { unreachable: ['redis-1'] }, 'blind', ['b']],
    [
      'blind says more than a person',
      [
        { name: 'a', remedy: 'operator' },
        { name: 'b', remedy: 'blind' },
      ],
      {},
      'blind',
      [],
    ],
    [
      'a person first, then what can be done',
      [{ name: 'a', remedy: 'operator' }, { name: 'b' }],
      {},
      'operator',
      ['b'],
    ],
    [
      'what waits for a person is not waited for',
      [
        { name: 'a', remedy: 'operator' },
        { name: 'b', needs: ['a'] },
      ],
      {},
      'operator',
      [],
    ],
    [
      'nor what waits for that',
      [
        { name: 'a', remedy: 'blind' },
        { name: 'b', needs: ['a'] },
        { name: 'c', needs: ['b'] },
      ],
      {},
      'blind',
      [],
    ],
    ['it comes by itself', [{ name: 'a', remedy: 'waiting' }], { meanwhile: comes('a', 20) }, 'done', []],
    ['it never comes', [{ name: 'a', remedy: 'waiting' }], {}, 'timeout', []],
  ];
  for (const [what, toys, stage, result, acts] of table)
    it(`${what}: ${result}`, async () => {
      const { outcome, acts: done } = await play(toys, stage);
      expect(outcome.result).to.equal(result);
      expect(done).to.deep.equal(acts);
    });

  it('at once, when there is nothing to do', async () => {
    expect(await play([a], { active: ['a'] })).to.include({ looks: 1, seconds: 0 });
  });

  it('when time is up, with what is left', async () => {
    const { outcome, seconds } = await play([{ name: 'a', remedy: 'waiting' }], { timeoutMs: 30_000 });
    expect(outcome.left.map(({ subject }) => subject)).to.deep.equal(['mesh/a']);
    expect(seconds).to.be.within(30, 32);
  });

  it('says what a person must do only when it was so twice: the world may still be settling', async () => {
    const once = await play([{ name: 'a', remedy: 'operator' }], { meanwhile: comes('a', 2) });
    expect(once.outcome.result).to.equal('done');
  });

  it('does not wait for ever for what does not say what it waits for, while a person is needed', async () => {
    const toys: readonly Toy[] = [
      { name: 'a', remedy: 'operator' },
      { name: 'b', remedy: 'waiting' },
    ];
    const { outcome, seconds } = await play(toys, { timeoutMs: 3_600_000 });
    expect(outcome.result).to.equal('operator');
    expect(seconds).to.be.within(60, 200);
  });
});

describe('apply: a step that does not work', () => {
  it('is tried three times when it fails, and then is a person’s matter, its complaint on one line', async () => {
    const { outcome, acts } = await play([a], { deed: () => fails });
    expect(acts).to.deep.equal(['a', 'a', 'a']);
    expect(outcome.result).to.equal('operator');
    expect(outcome.left[0]?.remedy).to.deep.equal({ by: 'operator', reason: 'failed 3 times: exit 1: no / such luck' });
  });

  it('is done when a later try works', async () => {
    const { outcome, acts } = await play([a], { deed: (_, __, times) => (times < 3 ? fails : undefined) });
    expect(outcome).to.include({ result: 'done', steps: 1 });
    expect(acts.length).to.equal(3);
  });

  it('is done once more when its effect does not show in its time, and then is a person’s matter', async () => {
    const { outcome, acts, seconds } = await play([a], { deed: () => idle });
    expect(acts).to.deep.equal(['a', 'a']);
    expect(outcome.result).to.equal('operator');
    expect(outcome.left[0]?.remedy).to.have.property('reason').that.contains('was done 2 times and is still not so');
    expect(seconds).to.be.at.least(10);
  });

  it('is waited for while its effect may still show', async () => {
    const { outcome, acts } = await play([a], { deed: () => idle, meanwhile: comes('a', 4) });
    expect(acts).to.deep.equal(['a']);
    expect(outcome.result).to.equal('done');
  });

  it('is a person’s matter too when its effect shows and is undone, again and again', async () => {
    // Something else keeps the run going.
    const toys: readonly Toy[] = [a, { name: 'b', remedy: 'waiting' }];
    const { outcome, acts, seconds } = await play(toys, { meanwhile: undoes('a', 4) });
    expect(outcome.result).to.equal('operator');
    expect(acts).to.deep.equal(['a', 'a', 'a', 'a']);
    expect(outcome.left[0]?.remedy).to.have.property('reason').that.contains('was done 4 times, and was undone');
    expect(seconds).to.be.below(200);
  });

  it('is done anew when it was in order for long in between', async () => {
    const toys: readonly Toy[] = [a, { name: 'b', remedy: 'waiting' }];
    const { acts } = await play(toys, { meanwhile: undoes('a', 40), timeoutMs: 300_000 });
    expect(acts.length).to.be.above(5);
  });

  it('holds up what rests on it, and nothing else', async () => {
    const toys: readonly Toy[] = [a, { name: 'b', needs: ['a'] }, { name: 'c', host: 'redis-2' }];
    const { acts } = await play(toys, {
      deed: (action) => (JSON.stringify(action).includes('"a"') ? fails : undefined),
    });
    expect(acts).to.include('c');
    expect(acts).not.to.include('b');
  });
});

describe('apply: a disruptive step', () => {
  const restart: Toy = { name: 'a', disrupts: ['t'] };

  it('is asked for again just before', async () => {
    const { looks, acts } = await play([restart]);
    expect(acts).to.deep.equal(['a']);
    expect(looks).to.equal(3);
  });

  it('is dropped when it is no longer needed, and that is no failure', async () => {
    const { outcome, acts, events } = await play([restart], { meanwhile: comes('a', 2) });
    expect(acts).to.deep.equal([]);
    expect(events.some((event) => event.type === 'step-dropped')).to.equal(true);
    expect(outcome).to.include({ result: 'done', steps: 0 });
  });

  it('is done one a tenant and pass, and the next only when the first is in order', async () => {
    const toys: readonly Toy[] = ['a', 'b', 'c'].map((name) => ({ name, disrupts: ['t'], hurts: [] }));
    const { outcome, acts, events } = await play(toys);
    expect(outcome.result).to.equal('done');
    expect(acts).to.deep.equal(['a', 'b', 'c']);
    const waves = events.flatMap((event) => (event.type === 'planned' ? [event.plan.steps.length] : []));
    expect(waves).to.deep.equal([1, 1, 1, 0]);
  });
});

describe('apply: interrupted', () => {
  it('ends after the step under way, and says what is left', async () => {
    const toys: readonly Toy[] = [a, { name: 'b' }, { name: 'c' }];
    const { outcome, acts } = await play(toys, { abort: (event) => event.type === 'step-begun' });
    expect(acts).to.deep.equal(['a']);
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

describe('apply: what it tells', () => {
  it('looks, plans, begins and ends each step, and ends itself', async () => {
    const { events } = await play([a]);
    expect(events.map(({ type }) => type)).to.deep.equal([
      'looking',
      'planned',
      'step-begun',
      'step-done',
      'looking',
      'planned',
      'ended',
    ]);
  });

  it('one lane’s steps in order, lanes side by side', async () => {
    const toys: readonly Toy[] = [a, { name: 'b' }, { name: 'c', host: 'redis-2' }];
    const { events } = await play(toys);
    const begun = events.flatMap((event) => (event.type === 'step-begun' ? [event.step.subject] : []));
    expect(begun).to.deep.equal(['mesh/a', 'mesh/c', 'mesh/b']);
  });
});

/** Undone at every nth look. */
function undoes(name: string, every: number): NonNullable<Stage['meanwhile']> {
  return (world, look) => {
    if (look % every) return;
    for (const host of Object.values(world.hosts)) delete host.units[name];
  };
}

/** Comes by itself at the nth look. */
function comes(name: string, at: number): NonNullable<Stage['meanwhile']> {
  return (world, look) => {
    if (look < at) return;
    for (const host of Object.values(world.hosts))
      host.units[name] = { active: 'active', enabled: true, read: undefined };
  };
}
