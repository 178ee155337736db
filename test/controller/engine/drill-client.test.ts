import { expect } from 'chai';
import { beginClient } from '../../../controller/engine/drill-client.ts';
import { TransportError } from '../../../controller/transport/errors.ts';
import type { RespConnection } from '../../../controller/transport/io.ts';
import type { RespCommand, RespReply } from '../../../reconcilers/facts/fact.ts';

/** A Redis behind a virtual address, as far as the client of a drill sees it, and a clock that moves with each sleep. */
function server() {
  const state = { now: 1000, list: [] as string[], dials: 0, expires: 0, fault: (_: number): string => '' };
  const answer = ([name, , value]: RespCommand, fault: string): RespReply => {
    if (fault.startsWith('-')) return { error: fault.slice(1) };
    if (name === 'RPUSH') return state.list.push(String(value));
    if (name === 'WAIT') return fault === 'unconfirmed' ? 0 : 1;
    if (name === 'LINDEX') return fault === 'stale' ? '0' : (state.list.at(-1) ?? null);
    if (name === 'LRANGE') return [...state.list];
    if (name === 'DEL') state.list = [];
    if (name === 'EXPIRE') state.expires = Number(value);
    return 1;
  };
  const dial = async (): Promise<RespConnection> => {
    state.dials += 1;
    if (state.fault(state.now) === 'down') throw new TransportError('no-connection', 'no');
    const send = async (commands: readonly RespCommand[]) => {
      const fault = state.fault(state.now);
      if (fault === 'down') throw new TransportError('lost', 'gone');
      return commands.map((command) => answer(command, fault));
    };
    return { send, close: () => {} };
  };
  const clock = {
    now: () => state.now,
    random: () => 0,
    sleep: async (ms: number) => {
      state.now += ms;
      await new Promise((resolve) => setImmediate(resolve));
    },
  };
  const pass = async (until: number) => {
    while (state.now < until) await new Promise((resolve) => setImmediate(resolve));
  };
  return { state, dial, clock, pass };
}

async function seen(fault: (now: number) => string, alter: (list: string[]) => string[] = (list) => list) {
  const { state, dial, clock, pass } = server();
  state.fault = fault;
  const client = beginClient(dial, { clock, key: 'k', expireSeconds: 60 });
  await pass(6000);
  state.list = alter(state.list);
  const view = await client.stop(2000);
  return { view, state };
}

const between = (from: number, to: number, fault: string) => (now: number) => (now >= from && now < to ? fault : '');

describe('the client of a drill', () => {
  it('in a calm time, has everything acknowledged, over one connection, and leaves nothing', async () => {
    const { view, state } = await seen(() => '');
    expect([view.lost, view.errors]).to.deep.equal([0, {}]);
    expect(view.acknowledged).to.equal(view.attempted);
    expect(view.gap.ended === undefined ? 99 : view.gap.ended - view.gap.began).to.be.at.most(40);
    expect([state.dials, state.list, state.expires]).to.deep.equal([2, [], 60]);
  });

  it('measures the gap from the last acknowledged write to the next one, and counts the errors', async () => {
    const { view } = await seen(between(2000, 4500, 'down'));
    expect([view.gap.began, view.gap.ended]).to.deep.equal([-20, 2500]);
    expect(view.usualGapMs).to.equal(20);
    expect(view.errors['the connection was closed']).to.equal(1);
    expect(view.errors['could not connect']).to.be.greaterThan(50);
  });

  it('counts what Redis refuses, what no replica confirmed, and what reads otherwise, as not acknowledged', async () => {
    for (const fault of ['-NOREPLICAS Not enough good replicas to write.', 'unconfirmed', 'stale']) {
      const { view } = await seen(between(2000, 3000, fault));
      expect([view.gap.ended, view.lost], fault).to.deep.equal([1000, 0]);
      expect(Object.keys(view.errors), fault).to.have.lengthOf(1);
    }
  });

  it('reports an acknowledged write that is not there at the end', async () => {
    const { view } = await seen(
      () => '',
      (list) => list.filter((one) => !['7', '8'].includes(one)),
    );
    expect(view.lost).to.equal(2);
    const unconfirmed = await seen(between(2000, 2040, 'unconfirmed'), (list) =>
      list.filter((one) => Number(one) < 40 || Number(one) > 60),
    );
    expect(unconfirmed.view.lost).to.be.within(15, 20);
  });

  it('after which nothing was acknowledged any more says so, and that it could not read back', async () => {
    const { view } = await seen(between(2000, 1e12, 'down'));
    expect([view.gap.ended, view.lost]).to.deep.equal([undefined, undefined]);
  });
});
