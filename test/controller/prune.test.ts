import { expect } from 'chai';
import {
  act,
  blind,
  type Drift,
  notice,
  operator,
  type Prune,
  type Remedy,
  type Subject,
  wait,
  waitUnseen,
} from '../../reconcilers/drift.ts';
import { planOf, withSteps } from '../../reconcilers/plan.ts';
import { newPruning, type PruneOptions } from '../../reconcilers/prune.ts';
import type { Action } from '../../reconcilers/verbs/index.ts';
import { fleetOf, type TenantSpec } from '../support/fleets.ts';

const tenant: TenantSpec = {
  members: 3,
  appendonly: true,
  minReplicas: 1,
  profile: 'fast',
  memory: '128Mi',
  config: {},
};
const ground = { redisHosts: 3, datapath: 'netdev', runtime: 'lxc', adopt: 'tag', mtu: 9001 } as const;
const some = fleetOf({ ...ground, tenants: [tenant] });
const none = fleetOf({ ...ground, tenants: [] });

const owner = { cluster: 'lawful', tenant: 'old', member: 'r1' };
const retire: Action = { verb: 'member-retire', host: 'h', name: 'old-r1', owner, was: undefined };
const destroy: Action = { verb: 'member-destroy', host: 'h', name: 'old-r1', owner, keepSeconds: 1 };

function drift(subject: Subject, remedy: Remedy): Drift {
  return { subject, field: 'field', want: 'a', have: 'b', hurts: [], remedy };
}

function left(of: string, action = retire): Drift {
  return drift('container/old-r1', notice('left', { of: `tenant ${of}`, actions: [action] }));
}

const allowed: PruneOptions = { maxDeletes: 1, allowEmpty: false };

/** What becomes of each finding. */
function pruned(found: readonly Drift[], options = allowed, fleet = some, unseen?: Subject): readonly Remedy[] {
  return newPruning(options, fleet)(unseen)(withSteps(found)).findings.map(({ remedy }) => remedy);
}

describe('the policy of prune', () => {
  const removes = { by: 'action', actions: [retire], disrupts: [], removes: 'tenant old' };

  it('makes notices actions, and leaves those that say nothing of it', () =>
    expect(pruned([left('old'), drift('mesh/a', notice('theirs'))])).to.deep.equal([removes, notice('theirs')]));

  it('counts what a person removed, not its parts', () =>
    expect(pruned([left('old'), left('old'), left('old')])).to.deep.equal([removes, removes, removes]));

  it('does all of it or nothing', () => {
    const words =
      '2 to remove: tenant new, tenant old; --max-deletes is 1: give --max-deletes 2, or put their documents back';
    expect(pruned([left('old'), left('new')])).to.deep.equal([operator(words), operator(words)]);
    const two = pruned([left('old'), left('new')], { ...allowed, maxDeletes: 2 });
    expect(two.map(({ by }) => by)).to.deep.equal(['action', 'action']);
  });

  it('wants to be told that no Tenant at all is meant', () => {
    expect(JSON.stringify(pruned([left('old')], allowed, none))).to.contain(
      'no Tenant of Cluster lawful is declared at all',
    );
    expect(pruned([left('old')], { ...allowed, allowEmpty: true }, none)).to.deep.equal([removes]);
  });

  it('waits for what could not be seen, gated or not', () => {
    const dark = drift('mesh/a', blind('dark'));
    const waits = wait('nothing is removed while mesh/a could not be seen', 'mesh/a');
    expect(pruned([left('old'), dark])).to.deep.equal([waits, blind('dark')]);
    expect(pruned([left('old')], allowed, some, 'mesh/a')).to.deep.equal([waits]);
    expect(pruned([left('old'), drift('mesh/a', operator('do'))])[0]).to.deep.equal(removes);
  });

  it('waits for what the thing rests on, as every action does', () => {
    const item = (subject: Subject, ...needs: readonly Subject[]) => ({ subject, needs, asks: [], diff: () => [] });
    const items = [item('host/h'), item('container/old-r1', 'host/h')];
    const found = [[drift('host/h', operator('its disk is read-only'))], [left('old')]];
    const { findings, steps } = planOf(items, found, [newPruning(allowed, some)(undefined)]);
    expect(findings[1]?.remedy).to.deep.equal(wait('rests on host/h', 'host/h'));
    expect(steps).to.deep.equal([]);
  });

  it('counts as not seen what a person must mend before it can be, and what shows later', () => {
    const hung = drift('host/h', { by: 'operator', reason: 'it hangs', unseen: true });
    for (const dark of [hung, drift('host/h', waitUnseen('it boots'))])
      expect(pruned([left('old'), dark])[0]?.by).to.equal('waiting');
    expect(pruned([left('old'), drift('host/h', wait('it is seen, and waits'))])[0]?.by).to.equal('action');
  });

  it('hands on to a person what is a person’s', () => {
    const prune: Prune = { of: 'tenant old', refused: 'look at it' };
    expect(pruned([drift('container/old-r1', notice('left', prune))])).to.deep.equal([operator('look at it')]);
  });

  it('does not destroy in a run what that run retired', () => {
    const pruning = newPruning(allowed, some);
    const look = (found: Drift) => pruning(undefined)(withSteps([found])).findings[0]?.remedy.by;
    expect(['retire', look(left('old')), look(left('old', destroy))]).to.deep.equal(['retire', 'action', 'notice']);
    expect(pruned([left('old', destroy)])[0]?.by).to.equal('action');
  });

  it('marks the steps', () => {
    const plan = newPruning(allowed, some)(undefined)(withSteps([left('old'), drift('mesh/a', act([destroy]))]));
    expect(plan.steps.map(({ removes: what }) => what)).to.deep.equal(['tenant old', undefined]);
  });
});
