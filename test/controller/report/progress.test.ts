import { expect } from 'chai';
import type { Event } from '../../../controller/events/events.ts';
import { progress } from '../../../controller/report/progress.ts';
import { type Finding, findingsAbout } from '../../../reconcilers/contract/finding.ts';
import type { Step } from '../../../reconcilers/contract/plan.ts';
import { settling } from '../../../reconcilers/contract/remedy.ts';
import type { Subject } from '../../../reconcilers/contract/subject.ts';

const step: Step = {
  id: 'start a',
  description: 'redis-1: start a.service',
  lane: 'host redis-1',
  settleMs: 0,
  unreachableDuring: undefined,
  subject: 'mesh/redis-1',
  action: { operation: 'unit', host: 'redis-1', unit: 'a.service', order: 'start' },
  because: [],
  disrupts: [],
};

/** A clock that stands still, and wakes sleepers when it is advanced. */
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

function waitingOn(...waits: readonly (readonly [subject: Subject, reason: string])[]): Event {
  const findings = waits.map(
    ([subject, message]): Finding =>
      findingsAbout(subject)('Differs', 'link', { have: '', want: '' }, settling(message)),
  );
  return { type: 'waiting', findings };
}

describe('progress', () => {
  it('elsewhere than on a terminal: a line a step, and what is waited for once', () => {
    const out: string[] = [];
    const { listen } = progress({ out: (text) => out.push(text), terminal: undefined, clock: standing().clock }, 'c');
    const waiting = waitingOn(['redis/a-r1', 'soon']);
    listen({ type: 'step-begun', step });
    listen({ type: 'step-progress', step, text: '2 of 7 MiB' });
    listen({ type: 'step-done', step, milliseconds: 120 });
    listen(waiting);
    listen(waiting);
    listen({ type: 'step-failed', step, reason: 'exit 1: no' });
    expect(out).to.deep.equal([
      'c: redis-1: start a.service (0.1 s)\n',
      'c: waiting: soon (redis/a-r1)\n',
      'c: FAILED redis-1: start a.service: exit 1: no\n',
    ]);
  });

  it('what EC2 refuses for many hosts is one line, and is not repeated in the next pass', () => {
    const out: string[] = [];
    const { listen } = progress({ out: (text) => out.push(text), terminal: undefined, clock: standing().clock }, 'c');
    const launch = (host: string): Step => ({
      ...step,
      lane: 'EC2',
      subject: `instance/${host}`,
      description: `run instance of ${host}`,
    });
    const full = (id: string) => `EC2 RunInstances: VcpuLimitExceeded: for ${id}`;
    listen({ type: 'step-failed', step: launch('redis-1'), reason: full('eni-0a1b2c3d') });
    listen({ type: 'step-failed', step: launch('redis-2'), reason: full('eni-0a1b2c3e') });
    listen({ type: 'step-failed', step: launch('redis-3'), reason: 'other' });
    listen({ type: 'observing', pass: 2 });
    listen({ type: 'step-failed', step: launch('redis-1'), reason: full('eni-0a1b2c3d') });
    listen({ type: 'step-failed', step: launch('redis-2'), reason: full('eni-0a1b2c3e') });
    listen({ type: 'observing', pass: 3 });
    expect(out).to.deep.equal([
      'c: FAILED run instance of redis-1, and 1 more (instance/redis-2): EC2 RunInstances: VcpuLimitExceeded: for eni-0a1b2c3d\n',
      'c: FAILED run instance of redis-3: other\n',
      'c: FAILED again, for the same reason: instance/redis-1, instance/redis-2\n',
    ]);
  });

  it('how far a long step is, from time to time', async () => {
    const out: string[] = [];
    const { clock, pass } = standing();
    const { listen } = progress({ out: (text) => out.push(text), terminal: undefined, clock }, 'c');
    listen({ type: 'step-begun', step });
    for (const text of ['2 of 7 MiB', '4 of 7 MiB', '6 of 7 MiB']) {
      await pass(5_000);
      listen({ type: 'step-progress', step, text });
    }
    expect(out).to.deep.equal(['c: redis-1: start a.service: 4 of 7 MiB\n']);
  });

  it('what is waited for is grouped by its reason, and the first of many are shown', () => {
    const out: string[] = [];
    const { listen } = progress({ out: (text) => out.push(text), terminal: undefined, clock: standing().clock }, 'c');
    const [one, two] = [['redis/a-r1', 'soon'] as const, ['redis/a-r2', 'soon'] as const];
    const others = ['b', 'c', 'd', 'e'].map((reason) => ['sentinel/a-r1', reason] as const);
    listen(waitingOn(one, two, ...others));
    listen(waitingOn(two, ...others));
    listen(waitingOn(two, ...others.slice(0, 1)));
    expect(out).to.deep.equal([
      'c: waiting: soon (redis/a-r1 and 1 more); b (sentinel/a-r1); c (sentinel/a-r1); 2 other reasons\n',
      'c: waiting: soon (redis/a-r2); b (sentinel/a-r1)\n',
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
    listen({ type: 'step-progress', step, text: '2 of 7 MiB' });
    expect(out.at(-1)).to.equal('  > redis-1: start a.service (2 of 7 MiB, 0.5 s)\n');
    listen({ type: 'step-done', step, milliseconds: 700 });
    expect(out.slice(-3)).to.deep.equal(['\u001b[1A\u001b[J', 'c: redis-1: start a.service (0.7 s)\n', '']);
    end();
    await pass(500);
    expect(out.at(-1)).to.equal('');
  });
});
