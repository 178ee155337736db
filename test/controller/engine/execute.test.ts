import { expect } from 'chai';
import { type Execution, execute } from '../../../controller/engine/execute.ts';
import type { Event } from '../../../controller/events/events.ts';
import { findingsAbout } from '../../../reconcilers/contract/finding.ts';
import { type Plan, withSteps } from '../../../reconcilers/contract/plan.ts';
import { act } from '../../../reconcilers/contract/remedy.ts';
import type { Action } from '../../../reconcilers/operations/actions.ts';

const stop = (host: string, readdressed: boolean): Action => ({
  operation: 'member-retire',
  host,
  name: `acme-${host}`,
  owner: { cluster: 'c', tenant: 'acme', member: host },
  was: { port: 'ct101', vlan: 101, address: '10.101.0.11' },
  ...(readdressed ? { readdressed } : {}),
});

const planWith = (...findings: readonly (readonly [field: string, actions: readonly Action[]])[]): Plan =>
  withSteps(
    findings.map(([field, actions]) =>
      findingsAbout('container/acme@addressing')(
        'AddressingChanges',
        field,
        { have: '1', want: '2' },
        act(actions, ['acme']),
      ),
    ),
  );

const nothing: Plan = { findings: [], steps: [] };

async function executed(plan: Plan, again: (begun: readonly string[]) => Plan, fails: readonly string[] = []) {
  const events: Event[] = [];
  const attempts: Execution['attempts'] = new Map();
  const begun: string[] = [];
  let turn = 0;
  const execution: Execution = {
    clock: { now: () => 0, random: () => 0, sleep: async () => {} },
    listen: (event) => void events.push(event),
    signal: new AbortController().signal,
    attempts,
    perform: async ({ lane, id }) => {
      begun.push(lane);
      if (fails.includes(lane)) throw new Error(`${id} failed`);
    },
    // Lanes observe one after the other, the later ones what the earlier ones have done.
    planAgain: async () => {
      turn += 1;
      for (let wait = turn * 10; wait; wait -= 1) await Promise.resolve();
      return again(begun);
    },
  };
  await execute(plan, execution);
  return { begun: [...begun].sort(), dropped: events.filter(({ type }) => type === 'step-dropped').length, attempts };
}

describe('steps that are executed', () => {
  it('of one finding are done in all lanes once one has begun, whatever it has changed', async () => {
    const plan = planWith(['network.vlan', [stop('r1', true), stop('r2', true), stop('r3', true)]]);
    const { begun, dropped } = await executed(plan, (done) => (done.length ? nothing : plan));
    expect([begun, dropped]).to.deep.equal([['host r1', 'host r2', 'host r3'], 0]);
  });

  it('of another finding are dropped when they are no longer needed', async () => {
    const plan = planWith(['one', [stop('r1', false)]], ['other', [stop('r2', false)]]);
    const { begun, dropped } = await executed(plan, (done) => (done.length ? nothing : plan));
    expect([begun, dropped]).to.deep.equal([['host r1'], 1]);
  });

  it('are none if nothing of it is needed any more', async () => {
    const plan = planWith(['network.vlan', [stop('r1', true), stop('r2', true)]]);
    expect(await executed(plan, () => nothing)).to.deep.include({ begun: [], dropped: 2 });
  });

  it('that stop a whole tenant are not tried again once one has failed', async () => {
    const plan = planWith(['network.vlan', [stop('r1', true), stop('r2', true)]]);
    const { attempts } = await executed(plan, () => plan, ['host r2']);
    expect([...attempts.values()].map(({ failure }) => failure?.permanent)).to.have.members([undefined, true]);
  });
});
