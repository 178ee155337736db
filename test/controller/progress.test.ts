import { expect } from 'chai';
import { progress } from '../../controller/report/progress.ts';
import type { Step } from '../../reconcilers/plan.ts';

const step: Step = {
  subject: 'mesh/redis-1',
  action: { verb: 'unit', host: 'redis-1', unit: 'a.service', order: 'start' },
  because: [],
  disrupts: [],
};

/** A clock that stands, and wakes sleepers when told. */
function standing() {
  let now = 0;
  let wake = () => {};
  return {
    clock: {
      now: () => now,
      random: () => 0,
      sleep: () =>
        new Promise<void>((resolve) => {
          wake = resolve;
        }),
    },
    pass: async (milliseconds: number) => {
      now += milliseconds;
      wake();
      await Promise.resolve();
      await Promise.resolve();
    },
  };
}

describe('progress', () => {
  it('elsewhere than on a terminal: a line a step, and what is waited for once', () => {
    const out: string[] = [];
    const { listen } = progress({ out: (text) => out.push(text), terminal: undefined, clock: standing().clock }, 'c');
    const waiting = {
      type: 'waiting',
      findings: [
        {
          subject: 'redis/a-r1',
          field: 'link',
          want: '',
          have: '',
          hurts: [],
          remedy: { by: 'waiting', reason: 'soon' },
        },
      ],
    } as const;
    listen({ type: 'step-begun', step });
    listen({ type: 'step-done', step, milliseconds: 120 });
    listen(waiting);
    listen(waiting);
    listen({ type: 'step-failed', step, reason: 'exit 1: no' });
    expect(out).to.deep.equal([
      'c: redis-1: start a.service (0.1 s)\n',
      'c: waiting: redis/a-r1 link: soon\n',
      'c: FAILED redis-1: start a.service: exit 1: no\n',
    ]);
  });

  it('on a terminal: what is being done stands below, with its time, and goes when it is done', async () => {
    const out: string[] = [];
    const { clock, pass } = standing();
    const { listen, end } = progress({ out: (text) => out.push(text), terminal: { columns: 80 }, clock }, 'c');
    listen({ type: 'step-begun', step });
    expect(out.at(-1)).to.equal('  > redis-1: start a.service (0.0 s)\n');
    await pass(500);
    expect(out.slice(-2)).to.deep.equal(['\u001b[1A\u001b[J', '  > redis-1: start a.service (0.5 s)\n']);
    listen({ type: 'step-done', step, milliseconds: 700 });
    expect(out.slice(-3)).to.deep.equal(['\u001b[1A\u001b[J', 'c: redis-1: start a.service (0.7 s)\n', '']);
    end();
    await pass(500);
    expect(out.at(-1)).to.equal('');
  });
});
